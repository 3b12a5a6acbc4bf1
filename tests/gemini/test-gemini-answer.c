/* test-gemini-answer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-error.h"
#include "starsend-gemini-answer.h"
#include "starsend-gemini-fault.h"
#include "starsend-json.h"

#include <string.h>

/* "first", "second", "third" in base64. */
#define FIRST "Zmlyc3Q="
#define SECOND "c2Vjb25k"
#define THIRD "dGhpcmQ="
#define PART(data) "{'inlineData':{'mimeType':'image/png','data':'" data "'}}"
#define THOUGHT(data) "{'thought':true,'inlineData':{'mimeType':'image/png','data':'" data "'}}"

static GBytes *
make_bytes (const char *text)
{
  GString *out = g_string_new (text);

  g_string_replace (out, "'", "\"", 0);
  return g_string_free_to_bytes (out);
}

static StarsendGeminiAnswer *
read_answer (const char *text)
{
  g_autoptr (GBytes) bytes = make_bytes (text);
  g_autoptr (GError) error = NULL;
  StarsendGeminiAnswer *answer = starsend_gemini_answer_new (bytes, G_MAXSIZE, "AIza-secret", &error);

  g_assert_no_error (error);
  return answer;
}

static void
assert_picture (const char *text, const char *wanted)
{
  g_autoptr (StarsendGeminiAnswer) answer = read_answer (text);

  if (wanted == NULL)
    g_assert_null (answer->picture);
  else
    g_assert_cmpmem (g_bytes_get_data (answer->picture, NULL), g_bytes_get_size (answer->picture), wanted, strlen (wanted));
}

static void
test_picture (void)
{
  assert_picture ("{'candidates':[{'content':{'parts':[{'text':'Here'}," PART (FIRST) "]},'finishReason':'STOP'}]}", "first");
  assert_picture ("{'candidates':[{'content':{'parts':[" PART (FIRST) "," PART (SECOND) "]}}]}", "second");
  assert_picture ("{'candidates':[{'content':{'parts':[" PART (FIRST) "," THOUGHT (SECOND) "]}}]}", "first");
  assert_picture ("{'candidates':[{'content':{'parts':[" THOUGHT (FIRST) "," PART (SECOND) "," THOUGHT (THIRD) "]}}]}", "second");
  assert_picture ("{'candidates':[{'content':{'parts':[" THOUGHT (FIRST) "," THOUGHT (SECOND) "]}}]}", "second");
  assert_picture ("{'candidates':[{'content':{'parts':[{'inline_data':{'mime_type':'image/jpeg','data':'" THIRD "'}}]}}]}", "third");
  assert_picture ("{'candidates':[{'content':null},{'content':{'parts':[" PART (FIRST) "]}}]}", "first");
  /* A sound is no picture. */
  assert_picture ("{'candidates':[{'content':{'parts':[{'inlineData':{'mimeType':'audio/wav','data':'" THIRD "'}}]}}]}", NULL);
}

/* Nothing of it is a crash, and none of it a picture. */
static void
test_odd (void)
{
  static const char *const odd[] = {
    "{}", "{'candidates':null}", "{'candidates':{}}", "{'candidates':[]}", "{'candidates':[null,7,'x',[]]}",
    "{'candidates':[{}]}", "{'candidates':[{'content':7}]}", "{'candidates':[{'content':{}}]}",
    "{'candidates':[{'content':{'parts':null}}]}", "{'candidates':[{'content':{'parts':'x'}}]}",
    "{'candidates':[{'content':{'parts':[null,1,{'inlineData':null},{'inlineData':{'mimeType':7,'data':'x'}},{'text':null}]}}]}",
    "{'candidates':[{'content':{'parts':[{'inlineData':{'mimeType':'image/png'}}]}}]}",
    "{'promptFeedback':null}", "{'promptFeedback':{'blockReason':null}}", "{'usageMetadata':7}",
    "{'usageMetadata':{'candidatesTokensDetails':[null,7,{'modality':7},{'modality':'IMAGE','tokenCount':null}],'promptTokenCount':'x'}}",
    "{'responseId':7,'modelVersion':null}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (StarsendGeminiAnswer) answer = read_answer (odd[i]);
      g_autoptr (GError) refusal = starsend_gemini_answer_make_refusal (answer);

      g_assert_null (answer->picture);
      g_assert_error (refusal, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
      g_assert_cmpint (answer->tokens.input + answer->tokens.words + answer->tokens.pictures, ==, 0);
    }
}

static void
test_no_answer (void)
{
  static const char *const bad[] = { "", "<html>", "{", "[]", "7", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = make_bytes (bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (starsend_gemini_answer_new (bytes, G_MAXSIZE, "AIza-secret", &error));
      g_assert_nonnull (error);
    }
}

/* A server that says the key back gets it neither into a message nor into what is kept. */
static void
test_echo (void)
{
  g_autoptr (StarsendGeminiAnswer) answer = read_answer (
      "{'candidates':[{'content':{'parts':[{'text':'for AIza-secret'}]},'finishReason':'AIza-secret','finishMessage':'AIza-secret'}],"
      "'usageMetadata':{'promptTokenCount':7,'AIza-secret':'x AIza-secret'},'responseId':'AIza-secret','modelVersion':'AIza-secret'}");
  g_autoptr (GError) refusal = starsend_gemini_answer_make_refusal (answer);
  g_autofree char *usage = starsend_json_render (answer->usage, FALSE);

  g_assert_null (strstr (refusal->message, "secret"));
  g_assert_null (strstr (usage, "secret"));
  g_assert_null (strstr (answer->response_id, "secret"));
  g_assert_null (strstr (answer->model_version, "secret"));
  g_assert_cmpint (answer->tokens.input, ==, 7);
}

static void
assert_refusal (const char *text, const char *first, const char *second)
{
  g_autoptr (StarsendGeminiAnswer) answer = read_answer (text);
  g_autoptr (GError) refusal = starsend_gemini_answer_make_refusal (answer);

  g_assert_null (answer->picture);
  g_assert_error (refusal, STARSEND_ERROR, STARSEND_ERROR_PROVIDER);
  g_assert_nonnull (strstr (refusal->message, first));
  g_assert_nonnull (strstr (refusal->message, second));
  g_assert_null (strchr (refusal->message, '\n'));
}

static void
test_refusals (void)
{
  static const char *const reasons[] = {
    "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "LANGUAGE", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII",
    "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION", "IMAGE_OTHER", "NO_IMAGE", "SOMETHING_NEW",
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autofree char *finished = g_strdup_printf ("{'candidates':[{'finishReason':'%s','finishMessage':'Not\\nthis.'}]}", reasons[i]);
      g_autofree char *blocked = g_strdup_printf ("{'promptFeedback':{'blockReason':'%s'}}", reasons[i]);

      assert_refusal (finished, reasons[i], "“Not this.”");
      assert_refusal (blocked, reasons[i], "Change the words");
    }
  assert_refusal ("{'candidates':[{'content':{'parts':[{'text':'I cannot '},{'text':'draw that.'}]},'finishReason':'STOP'}]}",
                  "in words", "“I cannot draw that.”");
  assert_refusal ("{'prompt_feedback':{'block_reason':'SAFETY','block_reason_message':'No.'}}", "SAFETY", "“No.”");
}

static void
test_tokens (void)
{
  g_autoptr (StarsendGeminiAnswer) answer = read_answer (
    "{'usageMetadata':{'promptTokenCount':300,'candidatesTokenCount':1200,'thoughtsTokenCount':50,"
    "'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':1120},{'modality':'TEXT','tokenCount':80}]},"
    "'responseId':'abc','modelVersion':'gemini-3.1-flash-image'}");
  g_autoptr (StarsendGeminiAnswer) snake = read_answer (
    "{'usage_metadata':{'prompt_token_count':3,'candidates_token_count':20,"
    "'candidates_tokens_details':[{'modality':'IMAGE','token_count':15}]}}");
  g_autoptr (StarsendGeminiAnswer) absurd = read_answer (
    "{'usageMetadata':{'promptTokenCount':-5,'candidatesTokenCount':1e300,'candidatesTokensDetails':[{'modality':'IMAGE','tokenCount':1e300}]}}");

  g_assert_cmpint (answer->tokens.input, ==, 300);
  g_assert_cmpint (answer->tokens.pictures, ==, 1120);
  g_assert_cmpint (answer->tokens.words, ==, 130);
  g_assert_cmpstr (answer->response_id, ==, "abc");
  g_assert_cmpstr (answer->model_version, ==, "gemini-3.1-flash-image");
  g_assert_cmpint (snake->tokens.input, ==, 3);
  g_assert_cmpint (snake->tokens.pictures, ==, 15);
  g_assert_cmpint (snake->tokens.words, ==, 5);
  g_assert_cmpint (absurd->tokens.input, ==, 0);
  g_assert_cmpint (absurd->tokens.pictures, <=, 1000000000);
}

static StarsendGeminiFault *
read_fault (guint http, const char *text)
{
  g_autoptr (GBytes) bytes = make_bytes (text);

  return starsend_gemini_fault_new (http, bytes, "AIza-secret");
}

static void
assert_fault (guint http, const char *text, int code, const char *wanted)
{
  g_autoptr (StarsendGeminiFault) fault = read_fault (http, text);
  g_autoptr (GError) error = starsend_gemini_fault_make_error (fault, "gemini-x");

  g_assert_error (error, STARSEND_ERROR, code);
  g_assert_nonnull (strstr (error->message, wanted));
  g_assert_null (strstr (error->message, "AIza-secret"));
}

static void
test_faults (void)
{
  assert_fault (400, "{'error':{'code':400,'message':'API key not valid: AIza-secret','status':'INVALID_ARGUMENT','details':"
                     "[{'@type':'type.googleapis.com/google.rpc.ErrorInfo','reason':'API_KEY_INVALID'}]}}",
                STARSEND_ERROR_PROVIDER, "does not accept the key");
  assert_fault (400, "{'error':{'code':400,'message':'User location is not supported','status':'FAILED_PRECONDITION'}}",
                STARSEND_ERROR_PROVIDER, "not offered in this country");
  assert_fault (400, "{'error':{'code':400,'message':'Unknown name x','status':'INVALID_ARGUMENT'}}", STARSEND_ERROR_PROVIDER, "Unknown name x");
  assert_fault (401, "{'error':{'code':401,'message':'no','status':'UNAUTHENTICATED'}}", STARSEND_ERROR_PROVIDER, "does not accept the key");
  assert_fault (403, "{'error':{'code':403,'message':'no','status':'PERMISSION_DENIED'}}", STARSEND_ERROR_PROVIDER, "not allowed");
  assert_fault (404, "{'error':{'code':404,'message':'no longer available','status':'NOT_FOUND'}}", STARSEND_ERROR_PROVIDER, "gemini-x");
  assert_fault (429, "{'error':{'code':429,'message':'Quota, limit: 0, model x','status':'RESOURCE_EXHAUSTED'}}", STARSEND_ERROR_PROVIDER, "billing");
  assert_fault (429, "{'error':{'code':429,'message':'Quota, limit: 0.','status':'RESOURCE_EXHAUSTED'}}", STARSEND_ERROR_PROVIDER, "too many");
  assert_fault (429, "{'error':{'code':429,'message':'Quota','status':'RESOURCE_EXHAUSTED','details':[{'@type':"
                     "'type.googleapis.com/google.rpc.QuotaFailure','violations':[{'quotaId':'GenerateRequestsPerDayPerProject'}]}]}}",
                STARSEND_ERROR_PROVIDER, "Today's");
  assert_fault (429, "{'error':{'code':429,'message':'Quota. Please retry in 12.2s.','status':'RESOURCE_EXHAUSTED'}}", STARSEND_ERROR_PROVIDER, "13 seconds");
  assert_fault (503, "{'error':{'code':503,'message':'overloaded','status':'UNAVAILABLE'}}", STARSEND_ERROR_PROVIDER, "Nothing was bought");
  assert_fault (500, "{'error':{'code':500,'message':'internal','status':'INTERNAL'}}", STARSEND_ERROR_PROVIDER, "Nothing was bought");
  assert_fault (503, "<html>nginx</html>", STARSEND_ERROR_PROVIDER, "Nothing was bought");
  assert_fault (302, "", STARSEND_ERROR_PROVIDER, "302");
  /* Nobody knows what became of the call behind a gateway that gave up. */
  assert_fault (500, "<html>nginx</html>", STARSEND_ERROR_UNCERTAIN, "500");
  assert_fault (504, "", STARSEND_ERROR_UNCERTAIN, "504");
  assert_fault (408, "{}", STARSEND_ERROR_UNCERTAIN, "408");
}

static void
test_nested (void)
{
  static const char inner[] = "{\\'error\\':{\\'code\\':429,\\'message\\':\\'Slow down\\',\\'status\\':\\'RESOURCE_EXHAUSTED\\',\\'details\\':"
                              "[{\\'@type\\':\\'type.googleapis.com/google.rpc.RetryInfo\\',\\'retryDelay\\':\\'45s\\'}]}}";
  g_autofree char *outer = g_strdup_printf ("[{'error':{'code':500,'message':'%s','status':'INTERNAL'}}]", inner);
  g_autoptr (StarsendGeminiFault) fault = read_fault (429, outer);

  g_assert_cmpstr (fault->status, ==, "RESOURCE_EXHAUSTED");
  g_assert_cmpstr (fault->message, ==, "Slow down");
  g_assert_cmpint (fault->retry_after, ==, 45000);
  g_assert_true (starsend_gemini_fault_may_pass (fault));
}

static void
test_may_pass (void)
{
  static const struct { guint http; const char *delay; gboolean passes; } cases[] = {
    { 429, "45s", TRUE }, { 429, "0.5s", TRUE }, { 503, "10ms", TRUE }, { 429, "3600s", FALSE }, { 429, "soon", FALSE },
    { 429, "-5s", FALSE }, { 400, "45s", FALSE }, { 500, "45s", FALSE }, { 429, "1e400s", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'error':{'status':'X','details':[{'@type':'a.RetryInfo','retryDelay':'%s'}]}}", cases[i].delay);
      g_autoptr (StarsendGeminiFault) fault = read_fault (cases[i].http, text);

      g_assert_cmpint (starsend_gemini_fault_may_pass (fault), ==, cases[i].passes);
    }
}

static void
test_durations (void)
{
  static const struct { const char *text; gint64 milliseconds; } cases[] = {
    { "45s", 45000 }, { "0.5s", 500 }, { "450ms", 450 }, { "1m2.5s", 62500 }, { "1h", 3600000 }, { "", -1 }, { "45", -1 },
    { "s", -1 }, { "45s later", -1 }, { "-1s", -1 }, { "45 s", -1 },
  };
  const char *end;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (starsend_gemini_parse_duration (cases[i].text, NULL), ==, cases[i].milliseconds);
  g_assert_cmpint (starsend_gemini_parse_duration ("45.57s.", &end), ==, 45570);
  g_assert_cmpstr (end, ==, ".");
}

/* Every cut and every changed byte of answers and failures: no crash, whatever comes of it. */
static void
test_mutations (void)
{
  static const char *const texts[] = {
    "{'candidates':[{'content':{'parts':[{'text':'x'}," PART (FIRST) "]},'finishReason':'STOP'}],'usageMetadata':{'promptTokenCount':3}}",
    "[{'error':{'code':429,'message':'retry in 5s, limit: 0','status':'X','details':[{'@type':'a.RetryInfo','retryDelay':'5s'}]}}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint round = 0; round < 20000; round++)
      {
        g_autoptr (GBytes) whole = make_bytes (texts[i]);
        gsize length = g_bytes_get_size (whole);
        g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (whole, NULL), length);
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (StarsendGeminiAnswer) answer = NULL;
        g_autoptr (StarsendGeminiFault) fault = NULL;
        g_autoptr (GError) error = NULL;

        for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
          data[g_test_rand_int_range (0, (int) length)] = (guint8) g_test_rand_int_range (0, 256);
        if (round % 3 == 0)
          length = (gsize) g_test_rand_int_range (0, (int) length);
        bytes = g_bytes_new (data, length);
        answer = starsend_gemini_answer_new (bytes, G_MAXSIZE, "key", NULL);
        fault = starsend_gemini_fault_new (429, bytes, "key");
        error = starsend_gemini_fault_make_error (fault, "x");
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gemini-answer/picture", test_picture);
  g_test_add_func ("/gemini-answer/odd", test_odd);
  g_test_add_func ("/gemini-answer/echo", test_echo);
  g_test_add_func ("/gemini-answer/no-answer", test_no_answer);
  g_test_add_func ("/gemini-answer/refusals", test_refusals);
  g_test_add_func ("/gemini-answer/tokens", test_tokens);
  g_test_add_func ("/gemini-fault/faults", test_faults);
  g_test_add_func ("/gemini-fault/nested", test_nested);
  g_test_add_func ("/gemini-fault/may-pass", test_may_pass);
  g_test_add_func ("/gemini-fault/durations", test_durations);
  g_test_add_func ("/gemini-answer/mutations", test_mutations);

  return g_test_run ();
}

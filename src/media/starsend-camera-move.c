/* starsend-camera-move.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-camera-move.h"

#include <math.h>

/**
 * StarsendCameraMove:
 * @STARSEND_CAMERA_MOVE_STATIC: the camera stands still
 * @STARSEND_CAMERA_MOVE_PUSH_IN: the view gets closer
 * @STARSEND_CAMERA_MOVE_PULL_OUT: the view gets wider
 * @STARSEND_CAMERA_MOVE_PAN_LEFT: the view goes left
 * @STARSEND_CAMERA_MOVE_PAN_RIGHT: the view goes right
 * @STARSEND_CAMERA_MOVE_TILT_UP: the view goes up
 * @STARSEND_CAMERA_MOVE_TILT_DOWN: the view goes down
 * @STARSEND_CAMERA_MOVE_HANDHELD: the view drifts a little, as from a hand
 *
 * What the camera does in one shot of an animatic.
 */
G_DEFINE_ENUM_TYPE (StarsendCameraMove, starsend_camera_move,
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_STATIC, "static"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_PUSH_IN, "push-in"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_PULL_OUT, "pull-out"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_PAN_LEFT, "pan-left"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_PAN_RIGHT, "pan-right"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_TILT_UP, "tilt-up"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_TILT_DOWN, "tilt-down"),
                    G_DEFINE_ENUM_VALUE (STARSEND_CAMERA_MOVE_HANDHELD, "handheld"))

#define NONE ((StarsendCameraMove) -1)

/* How far a direction may stand from its verb: "pans slowly to the left". */
#define REACH 4

/* A prompt speaks of people and things too: "the car pulls out", "a truck left the road". So outside the camera field
 * a word counts only where nothing but a camera can be meant. */
typedef enum
{
  WORD_ALONE = 1 << 0,   /* in a prompt, it needs no direction beside it */
  WORD_CAMERA = 1 << 1,  /* in a prompt, it needs a camera just before it */
  WORD_NOUN = 1 << 2,    /* in a prompt, an article before it makes it a thing */
} WordFlags;

typedef struct
{
  const char *forms;               /* separated by blanks; the ones after a bar are what a thing does: "pulls" */
  WordFlags flags;
  StarsendCameraMove alone;        /* without a direction; NONE for none */
  StarsendCameraMove left, right, up, down, in, out;
} Verb;

#define PUSH STARSEND_CAMERA_MOVE_PUSH_IN
#define PULL STARSEND_CAMERA_MOVE_PULL_OUT
#define LEFT STARSEND_CAMERA_MOVE_PAN_LEFT
#define RIGHT STARSEND_CAMERA_MOVE_PAN_RIGHT
#define UP STARSEND_CAMERA_MOVE_TILT_UP
#define DOWN STARSEND_CAMERA_MOVE_TILT_DOWN
#define STILL STARSEND_CAMERA_MOVE_STATIC
#define HAND STARSEND_CAMERA_MOVE_HANDHELD

static const Verb verbs[] = {
  { "push pushing | pushes pushed", 0, PUSH, NONE, NONE, NONE, NONE, PUSH, PULL },
  { "pull pulling pullback | pulls pulled", 0, PULL, NONE, NONE, NONE, NONE, PUSH, PULL },
  { "dolly dollying dollies", WORD_ALONE, PUSH, LEFT, RIGHT, UP, DOWN, PUSH, PULL },
  { "zoom zooming zooms zoomed", WORD_ALONE, PUSH, NONE, NONE, NONE, NONE, PUSH, PULL },
  { "pan panning pans panned", WORD_ALONE | WORD_NOUN, RIGHT, LEFT, RIGHT, UP, DOWN, NONE, NONE },
  { "tilt tilting tilts tilted", WORD_ALONE | WORD_NOUN, UP, NONE, NONE, UP, DOWN, NONE, NONE },
  { "pedestal jib boom booming", WORD_NOUN, UP, NONE, NONE, UP, DOWN, NONE, NONE },
  { "crane craning | cranes", WORD_NOUN, UP, NONE, NONE, UP, DOWN, PUSH, PULL },
  { "track tracking | tracks", WORD_NOUN, RIGHT, LEFT, RIGHT, UP, DOWN, PUSH, PULL },
  { "truck trucking | trucks", WORD_NOUN, RIGHT, LEFT, RIGHT, NONE, NONE, PUSH, PULL },
  { "whip strafe strafing crab crabbing", WORD_NOUN, RIGHT, LEFT, RIGHT, UP, DOWN, NONE, NONE },
  { "slide sliding slides slider sweep sweeping sweeps swing swinging swings", WORD_CAMERA, RIGHT, LEFT, RIGHT, UP, DOWN, PUSH, PULL },
  { "move moving moves travel travelling traveling travels drift drifting drifts glide gliding glides creep creeping creeps "
    "float floating floats fly flying flies ease easing eases inch inching inches go goes going look looks looking",
    WORD_CAMERA, NONE, LEFT, RIGHT, UP, DOWN, PUSH, PULL },
  { "rise rising rises raise raising raises ascend ascends ascending lift lifts lifting", WORD_CAMERA, UP, NONE, NONE, UP, NONE, NONE, NONE },
  { "descend descending descends lower lowering lowers drop drops dropping sink sinks sinking", WORD_CAMERA, DOWN, NONE, NONE, NONE, DOWN, NONE, NONE },
  { "static stationary tripod locked lockoff fixed still motionless unmoving hold holds", WORD_CAMERA, STILL, NONE, NONE, NONE, NONE, NONE, NONE },
  { "handheld steadicam shakycam gopro", WORD_ALONE, HAND, NONE, NONE, NONE, NONE, NONE, NONE },
  { "shaky shaking wobbly jittery verite vérité", WORD_CAMERA, HAND, NONE, NONE, NONE, NONE, NONE, NONE },
};

/* Words of two, written as one before the verbs are looked for. */
static const char *const compounds[][3] = {
  { "hand", "held", "handheld" },     { "shaky", "cam", "shakycam" },   { "shaky", "camera", "shakycam" },
  { "lock", "off", "lockoff" },       { "locked", "off", "lockoff" },   { "locked", "down", "lockoff" },
  { "steadi", "cam", "steadicam" },   { "pull", "focus", "" },          { "rack", "focus", "" },
  { "frying", "pan", "" },            { "baking", "pan", "" },          { "zoom", "call", "" },
  { "go", "pro", "gopro" },
};

static const char *const left_words[] = { "left", "leftward", "leftwards", NULL };
static const char *const right_words[] = { "right", "rightward", "rightwards", NULL };
static const char *const up_words[] = { "up", "upward", "upwards", "skyward", NULL };
static const char *const down_words[] = { "down", "downward", "downwards", NULL };
static const char *const in_words[] = { "in", "into", "forward", "forwards", "closer", "toward", "towards", "inward", "inwards", NULL };
static const char *const out_words[] = { "out", "back", "backward", "backwards", "away", "outward", "outwards", "wide", "wider", NULL };
static const char *const negations[] = { "no", "not", "never", "without", "dont", "don't", NULL };
static const char *const articles[] = { "a", "an", "the", "his", "her", "their", "its", "my", "our", "this", "that", "two", "of", NULL };
static const char *const cameras[] = { "camera", "cam", "lens", "shot", "frame", "view", "we", NULL };
static const char *const motions[] = { "move", "movement", "movements", "motion", "moves", NULL };

/* An empty string in @words stands where a clause ends. */
static gboolean
is_in (const char *word, const char *const *list)
{
  return g_strv_contains (list, word);
}

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '\'';
}

static void
flush_word (GPtrArray *words, GString *word)
{
  if (word->len == 0)
    return;
  g_ptr_array_add (words, g_strndup (word->str, word->len));
  g_string_truncate (word, 0);
}

/* Case-folded words; an element's name (`@push_in`) is none, and a full stop, comma or the like ends a clause. */
static GPtrArray *
split_words (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (normal != NULL ? normal : valid, -1);
  g_autoptr (GString) word = g_string_new (NULL);
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  gboolean in_name = FALSE;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x2019)
        c = '\'';
      if (c == '@')
        in_name = TRUE;
      if (in_name)
        in_name = c == '@' || c == '_' || c == '-' || is_word_char (c);
      else if (is_word_char (c))
        g_string_append_unichar (word, c);
      if (in_name || is_word_char (c))
        continue;
      flush_word (words, word);
      if (g_unichar_ispunct (c) && c != '-' && c != '_' && c != '/' && c != 0x2010 && c != 0x2011)
        g_ptr_array_add (words, g_strdup (""));
    }
  flush_word (words, word);
  return words;
}

static void
join_compounds (GPtrArray *words)
{
  for (guint i = 0; i + 1 < words->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (compounds); k++)
      if (g_str_equal (words->pdata[i], compounds[k][0]) && g_str_equal (words->pdata[i + 1], compounds[k][1]))
        {
          g_free (words->pdata[i]);
          words->pdata[i] = g_strdup (compounds[k][2]);
          g_ptr_array_remove_index (words, i + 1);
          break;
        }
}

static const Verb *
find_verb (const char *word, gboolean *by_thing)
{
  gsize length = strlen (word);

  *by_thing = FALSE;
  for (guint v = 0; length > 0 && v < G_N_ELEMENTS (verbs); v++)
    {
      const char *bar = strchr (verbs[v].forms, '|');
      const char *p = verbs[v].forms;

      while ((p = strstr (p, word)) != NULL)
        {
          if ((p == verbs[v].forms || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
            {
              *by_thing = bar != NULL && p > bar;
              return &verbs[v];
            }
          p += length;
        }
    }
  return NULL;
}

static StarsendCameraMove
direct (const Verb *verb, const char *word)
{
  if (is_in (word, left_words))
    return verb->left;
  if (is_in (word, right_words))
    return verb->right;
  if (is_in (word, up_words))
    return verb->up;
  if (is_in (word, down_words))
    return verb->down;
  if (is_in (word, in_words))
    return verb->in;
  return is_in (word, out_words) ? verb->out : NONE;
}

static const char *
word_at (GPtrArray *words, gint64 index)
{
  return index >= 0 && index < words->len ? words->pdata[index] : "";
}

/* "left to right" and "from the left" end at the right. */
static StarsendCameraMove
turn_around (GPtrArray *words, gint64 index, const Verb *verb, StarsendCameraMove move)
{
  gboolean from = g_str_equal (word_at (words, index - 1), "from") ||
                  (g_str_equal (word_at (words, index - 1), "the") && g_str_equal (word_at (words, index - 2), "from"));
  StarsendCameraMove end = NONE;

  if (g_str_equal (word_at (words, index + 1), "to"))
    end = direct (verb, word_at (words, index + (g_str_equal (word_at (words, index + 2), "the") ? 3 : 2)));
  if (end != NONE)
    return end;
  if (!from)
    return move;
  return move == LEFT ? RIGHT : move == RIGHT ? LEFT : move == UP ? DOWN : move == DOWN ? UP : move;
}

/* Where the verb at @index goes: the nearest direction after it, else before it ("left pan"), in the same clause. */
static StarsendCameraMove
find_direction (GPtrArray *words, gint64 index, const Verb *verb)
{
  gboolean by_thing;

  for (gint64 i = index + 1; i <= index + REACH && *word_at (words, i) != '\0'; i++)
    {
      StarsendCameraMove move = direct (verb, word_at (words, i));

      if (move != NONE)
        return turn_around (words, i, verb, move);
      if (find_verb (word_at (words, i), &by_thing) != NULL && direct (verb, word_at (words, i + 1)) == NONE)
        break;
    }
  for (gint64 i = index - 1; i >= index - 3 && *word_at (words, i) != '\0'; i--)
    {
      StarsendCameraMove move = direct (verb, word_at (words, i));

      if (move != NONE && !is_in (word_at (words, i), in_words))
        return g_str_equal (word_at (words, i - 1), "to") || i + 1 == index ? move : turn_around (words, i, verb, move);
    }
  return NONE;
}

static gboolean
has_camera_before (GPtrArray *words, gint64 index)
{
  for (gint64 i = index - 1; i >= index - REACH && *word_at (words, i) != '\0'; i--)
    if (is_in (word_at (words, i), cameras))
      return TRUE;
  return is_in (word_at (words, index + 1), cameras);
}

static gboolean
is_negated (GPtrArray *words, gint64 index)
{
  return is_in (word_at (words, index - 1), negations) || is_in (word_at (words, index - 2), negations);
}

static gboolean
counts_in_prompt (GPtrArray *words, gint64 index, const Verb *verb, gboolean by_thing, gboolean directed)
{
  const char *before = word_at (words, index - 1);

  if (has_camera_before (words, index))
    return TRUE;
  if (by_thing || (verb->flags & WORD_CAMERA) != 0)
    return g_str_equal (word_at (words, index), "lockoff");
  if ((verb->flags & WORD_NOUN) != 0 && is_in (before, articles))
    return directed && (verb->flags & WORD_ALONE) != 0;
  return directed || (verb->flags & WORD_ALONE) != 0;
}

/* The first move that is named wins. */
static StarsendCameraMove
read_text (const char *text, gboolean is_prompt)
{
  g_autoptr (GPtrArray) words = NULL;

  if (text == NULL || *text == '\0')
    return NONE;
  words = split_words (text);
  join_compounds (words);
  for (gint64 i = 0; i < words->len; i++)
    {
      gboolean by_thing, directed;
      const Verb *verb = find_verb (words->pdata[i], &by_thing);
      StarsendCameraMove move;

      if (is_in (words->pdata[i], motions) && is_negated (words, i))
        return STILL;
      if (verb == NULL || is_negated (words, i))
        continue;
      move = find_direction (words, i, verb);
      directed = move != NONE;
      if (!directed)
        move = verb->alone;
      if (move != NONE && (!is_prompt || counts_in_prompt (words, i, verb, by_thing, directed)))
        return move;
    }
  return NONE;
}

/**
 * starsend_camera_move_parse:
 * @camera: (nullable): what the plan says of the camera
 * @prompt: (nullable): the prompt of the shot
 *
 * Reads the camera move from an English director's words: "slow push in", "dolly out", "whip pan left", "crane down",
 * "hand-held", "locked off". What @camera names comes before what @prompt names, and of several the first one counts.
 * A prompt is read with more care, because things move in it as well: "the car pulls out" moves no camera.
 *
 * Returns: the move; %STARSEND_CAMERA_MOVE_STATIC when none is named
 */
StarsendCameraMove
starsend_camera_move_parse (const char *camera, const char *prompt)
{
  StarsendCameraMove move = read_text (camera, FALSE);

  if (move == NONE)
    move = read_text (prompt, TRUE);
  return move == NONE ? STARSEND_CAMERA_MOVE_STATIC : move;
}

/* Slow at both ends, so that nothing starts or stops with a jerk. */
static double
ease (double progress)
{
  return progress * progress * (3.0 - 2.0 * progress);
}

/* A few slow waves whose lengths have no common multiple; zero at the start. */
static double
drift (double time, double phase)
{
  return (sin (time * 1.7 + phase) + 0.6 * sin (time * 2.9 + phase * 2.3) + 0.4 * sin (time * 4.3 + phase * 0.7)) / 2.0;
}

/**
 * starsend_camera_move_get_view:
 * @move: a camera move
 * @progress: 0 for the first frame to 1 for the last one
 * @seconds: the length of the shot, which sets how far the move goes
 * @center_x: (out): the middle of what is seen, as a fraction of the picture's width
 * @center_y: (out): the middle of what is seen, as a fraction of the picture's height
 * @scale: (out): how much of each side is seen, at most 1
 *
 * Tells which part of the picture is seen. It always lies within the picture.
 */
void
starsend_camera_move_get_view (StarsendCameraMove move, double progress, double seconds, double *center_x, double *center_y, double *scale)
{
  double depth = 0.18 * CLAMP (seconds / 4.0, 0.4, 1.5);
  double eased = ease (CLAMP (progress, 0.0, 1.0));
  double time = CLAMP (progress, 0.0, 1.0) * MAX (seconds, 0.0);
  double narrow = 1.0 - depth;

  *center_x = *center_y = 0.5;
  *scale = move == STARSEND_CAMERA_MOVE_STATIC ? 1.0 : narrow;
  switch (move)
    {
    case STARSEND_CAMERA_MOVE_PUSH_IN:
      *scale = 1.0 - depth * eased;
      break;
    case STARSEND_CAMERA_MOVE_PULL_OUT:
      *scale = narrow + depth * eased;
      break;
    case STARSEND_CAMERA_MOVE_PAN_LEFT:
      *center_x = 1.0 - narrow / 2.0 - depth * eased;
      break;
    case STARSEND_CAMERA_MOVE_PAN_RIGHT:
      *center_x = narrow / 2.0 + depth * eased;
      break;
    case STARSEND_CAMERA_MOVE_TILT_UP:
      *center_y = 1.0 - narrow / 2.0 - depth * eased;
      break;
    case STARSEND_CAMERA_MOVE_TILT_DOWN:
      *center_y = narrow / 2.0 + depth * eased;
      break;
    case STARSEND_CAMERA_MOVE_HANDHELD:
      *scale = 0.96;
      *center_x += 0.012 * drift (time, 0.0);
      *center_y += 0.012 * (drift (time, 1.0) - drift (0.0, 1.0)) * 0.6;
      break;
    case STARSEND_CAMERA_MOVE_STATIC:
    default:
      break;
    }
}

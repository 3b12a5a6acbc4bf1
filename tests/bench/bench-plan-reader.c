/* bench-plan-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Opens and validates a plan once for each line on standard input, and prints the milliseconds and the largest memory.
 */

#include <stdio.h>
#include <sys/resource.h>

#include "starsend-files.h"
#include "starsend-plan.h"

int
main (int argc, char *argv[])
{
  char line[16];

  if (argc != 2)
    g_error ("one plan is wanted");
  while (fgets (line, sizeof line, stdin))
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = starsend_files_read (argv[1], G_MAXINT32, &error);
      g_autoptr (StarsendPlan) plan = bytes ? starsend_plan_new_from_bytes (bytes, &error) : NULL;
      double elapsed = (g_get_monotonic_time () - start) / 1000.0;
      struct rusage usage;

      if (!plan)
        g_error ("%s", error->message);
      getrusage (RUSAGE_SELF, &usage);
      printf ("%.4f %ld %u %u\n", elapsed, usage.ru_maxrss,
              g_list_model_get_n_items (starsend_plan_get_sequences (plan)),
              g_list_model_get_n_items (starsend_plan_get_findings (plan)));
      fflush (stdout);
    }
  return 0;
}

/* starsend-batch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "starsend-batch.h"

#include <string.h>

char *
starsend_batch_id (const char *episode, const char *sequence_id)
{
  return g_strdup_printf ("%s_%s", episode, sequence_id);
}

const char *
starsend_batch_get_sequence (const char *episode, const char *batch_id)
{
  gsize length = strlen (episode);

  if (batch_id == NULL || strncmp (batch_id, episode, length) != 0 || batch_id[length] != '_')
    return NULL;

  return batch_id + length + 1;
}

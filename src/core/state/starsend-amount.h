/* starsend-amount.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Amounts of money, in millionths of the currency. A sum that does not fit stays at the top: a cap must never be passed by
 * wrapping around. */
static inline gint64
starsend_amount_add (gint64 a, gint64 b)
{
  return b > 0 && a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

G_END_DECLS

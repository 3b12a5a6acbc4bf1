/* cut-proxy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cut-proxy.h"

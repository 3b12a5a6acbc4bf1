#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the reference pictures of the demo project. Needs python3-cairo; the same program makes the same pictures.

Usage: make-pictures.py [PROJECT]     (PROJECT: the folder driver-beware beside this file)
"""

import math
import pathlib
import random
import sys

import cairo

NIGHT = ('#0b1030', '#1b2a6b', '#3c4fa8')
DUSK = ('#241244', '#7a2f78', '#f08a5c')
TEAL = ('#0b1e33', '#16476a', '#4f93a8')
BLUE = '#2b6fd6'
BLUE_LIGHT = '#5f9bf2'
BLUE_DARK = '#173f8c'
GLASS = '#a9ccf5'
CHROME = '#d8dee8'
TYRE = '#0c0d14'
SKIN = '#c98f6b'
SKIN_SHADE = '#8d5a48'


def rgb(colour):
    return tuple(int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))


def source(ctx, colour, alpha=1.0):
    ctx.set_source_rgba(*rgb(colour), alpha)


def vertical(ctx, top, bottom, stops):
    gradient = cairo.LinearGradient(0, top, 0, bottom)
    for offset, colour in stops:
        gradient.add_color_stop_rgb(offset, *rgb(colour))
    ctx.set_source(gradient)


def glow(ctx, x, y, radius, colour, strength):
    gradient = cairo.RadialGradient(x, y, 0, x, y, radius)
    gradient.add_color_stop_rgba(0, *rgb(colour), strength)
    gradient.add_color_stop_rgba(0.35, *rgb(colour), strength * 0.35)
    gradient.add_color_stop_rgba(1, *rgb(colour), 0)
    ctx.set_source(gradient)
    ctx.arc(x, y, radius, 0, 2 * math.pi)
    ctx.fill()


def disc(ctx, x, y, radius, colour, alpha=1.0):
    source(ctx, colour, alpha)
    ctx.arc(x, y, radius, 0, 2 * math.pi)
    ctx.fill()


def ellipse(ctx, x, y, rx, ry):
    ctx.save()
    ctx.translate(x, y)
    ctx.scale(rx, ry)
    ctx.new_sub_path()
    ctx.arc(0, 0, 1, 0, 2 * math.pi)
    ctx.restore()


def polygon(ctx, points, colour=None, alpha=1.0):
    ctx.move_to(*points[0])
    for point in points[1:]:
        ctx.line_to(*point)
    ctx.close_path()
    if colour:
        source(ctx, colour, alpha)
        ctx.fill()


def rounded(ctx, x, y, width, height, radius):
    ctx.new_sub_path()
    ctx.arc(x + width - radius, y + radius, radius, -math.pi / 2, 0)
    ctx.arc(x + width - radius, y + height - radius, radius, 0, math.pi / 2)
    ctx.arc(x + radius, y + height - radius, radius, math.pi / 2, math.pi)
    ctx.arc(x + radius, y + radius, radius, math.pi, 1.5 * math.pi)
    ctx.close_path()


# Landscape

def sky(ctx, width, horizon, colours, stars, seed):
    vertical(ctx, 0, horizon, [(0, colours[0]), (0.6, colours[1]), (1, colours[2])])
    ctx.rectangle(0, 0, width, horizon + 2)
    ctx.fill()
    rng = random.Random(seed)
    for _ in range(stars):
        y = rng.random() ** 1.6 * horizon * 0.75
        disc(ctx, rng.random() * width, y, 0.7 + rng.random() * 1.1, '#ffffff', 0.25 + 0.5 * rng.random())


def ridge(ctx, width, base, height, colour, seed, step=64):
    rng = random.Random(seed)
    points = [(-step, base)]
    x = -step
    while x < width + 2 * step:
        points.append((x, base - height * (0.35 + 0.65 * rng.random())))
        x += step * (0.6 + 0.8 * rng.random())
    polygon(ctx, points + [(width + 2 * step, base), (width + 2 * step, base + height), (-step, base + height)], colour)


def mix(a, b, amount):
    return '#' + ''.join('%02x' % round(255 * (p + (q - p) * amount)) for p, q in zip(rgb(a), rgb(b)))


def hills(ctx, width, horizon, colours, seed):
    ground = mix(colours[0], '#05060f', 0.35)
    for i, depth in enumerate((0.62, 0.38, 0.12)):
        ridge(ctx, width, horizon + 6 * i, 64 - 16 * i, mix(ground, colours[2], depth * 0.8), seed + i, 90 - 14 * i)
    vertical(ctx, horizon, horizon * 2, [(0, mix(ground, colours[1], 0.22)), (1, ground)])
    return ground


def road(ctx, width, height, horizon, vanish, shift=0.0):
    """The two lanes, from the vanishing point to the lower edge."""
    vertical(ctx, horizon, height, [(0, '#262838'), (1, '#12131c')])
    polygon(ctx, [(vanish - 7, horizon), (vanish + 7, horizon),
                  (width * (0.98 + shift), height), (width * (0.02 + shift), height)])
    ctx.fill()
    source(ctx, '#0b0c12')
    for side in (-1, 1):
        edge = width * ((0.93 if side > 0 else 0.07) + shift)
        polygon(ctx, [(vanish + side * 6, horizon), (edge, height), (edge + side * 16, height), (vanish + side * 6.6, horizon)],
                '#8d8b92', 0.55)
    middle = width * (0.5 + shift)
    for start in range(0, 9):
        near, far = 0.86 ** start, 0.86 ** (start + 0.55)
        row = [(vanish + (middle - vanish) * t, horizon + (height - horizon) * t, 11 * t) for t in (near * near, far * far)]
        polygon(ctx, [(row[0][0] - row[0][2], row[0][1]), (row[0][0] + row[0][2], row[0][1]),
                      (row[1][0] + row[1][2], row[1][1]), (row[1][0] - row[1][2], row[1][1])], '#cdb878', 0.9)


def landscape(ctx, width, height, colours, horizon, light, seed, stars=90, with_road=True, vanish=None):
    """Sky, a sun or moon at light = (x, y, radius, colour), three ridges, the ground and the road."""
    sky(ctx, width, horizon, colours, stars, seed)
    x, y, radius, colour = light
    glow(ctx, x, y, radius * 4.2, colour, 0.5)
    disc(ctx, x, y, radius, colour)
    ground = hills(ctx, width, horizon, colours, seed)
    ctx.rectangle(0, horizon + 12, width, height)
    ctx.fill()
    rng = random.Random(seed + 9)
    for _ in range(70):
        t = rng.random() ** 0.5
        y = horizon + 20 + (height - horizon) * t
        source(ctx, mix(ground, colours[2], 0.14), 0.5)
        ctx.rectangle(rng.random() * width, y, 14 + 90 * t * rng.random(), 1 + 2 * t)
        ctx.fill()
    if with_road:
        road(ctx, width, height, horizon + 8, vanish if vanish is not None else width / 2)


# Cars: drawn in units of their own, wheels standing on y = 0, nose to the right

def wheel(ctx, x, radius):
    y = -radius
    disc(ctx, x, y, radius, TYRE)
    disc(ctx, x, y, radius * 0.62, '#4b5264')
    vertical(ctx, y - radius * 0.56, y + radius * 0.56, [(0, '#e6ebf3'), (0.5, '#9aa3b5'), (1, '#5a6275')])
    ctx.arc(x, y, radius * 0.54, 0, 2 * math.pi)
    ctx.fill()
    source(ctx, '#2b3040')
    for spoke in range(5):
        angle = spoke * 2 * math.pi / 5 + 0.3
        disc(ctx, x + math.cos(angle) * radius * 0.33, y + math.sin(angle) * radius * 0.33, radius * 0.11, '#2b3040')
    disc(ctx, x, y, radius * 0.13, '#2b3040')


def car_shadow(ctx, length):
    ctx.save()
    ellipse(ctx, length / 2, -2, length * 0.56, 15)
    source(ctx, '#04050a', 0.65)
    ctx.fill()
    ctx.restore()


def arches(ctx, centres, radius, sill):
    """The lower edge from the nose to the tail, with a half circle over each wheel."""
    for x in sorted(centres, reverse=True):
        ctx.line_to(x + radius, sill)
        ctx.arc_negative(x, -radius + 6, radius, 0.12, math.pi - 0.12)


def coupe_outline(ctx):
    ctx.move_to(6, -44)
    ctx.curve_to(4, -66, 6, -82, 14, -90)
    ctx.curve_to(40, -97, 74, -98, 92, -98)
    ctx.curve_to(118, -122, 146, -141, 182, -143)
    ctx.curve_to(214, -144, 234, -136, 250, -122)
    ctx.line_to(276, -99)
    ctx.curve_to(320, -97, 372, -91, 402, -80)
    ctx.curve_to(414, -74, 417, -62, 416, -44)
    ctx.curve_to(416, -34, 412, -27, 404, -26)
    arches(ctx, (86, 328), 39, -24)
    ctx.line_to(16, -26)
    ctx.curve_to(9, -27, 6, -34, 6, -44)
    ctx.close_path()


def coupe_side(ctx, dent=True, lamps=True):
    car_shadow(ctx, 420)
    coupe_outline(ctx)
    vertical(ctx, -143, -24, [(0, BLUE_LIGHT), (0.42, BLUE), (0.72, BLUE), (0.74, '#1f57b4'), (1, BLUE_DARK)])
    ctx.fill()
    ctx.save()
    coupe_outline(ctx)
    ctx.clip()
    source(ctx, '#9cc4ff', 0.55)
    ctx.set_line_width(3)
    ctx.move_to(10, -88)
    ctx.curve_to(120, -95, 300, -97, 406, -78)
    ctx.stroke()
    source(ctx, CHROME, 0.9)
    ctx.set_line_width(2.2)
    ctx.move_to(0, -54)
    ctx.line_to(420, -54)
    ctx.stroke()
    ctx.restore()
    # Side windows, the pillar between them, and the light that runs over the glass
    ctx.move_to(112, -101)
    ctx.curve_to(132, -121, 154, -133, 172, -135)
    ctx.line_to(172, -101)
    ctx.close_path()
    ctx.move_to(179, -101)
    ctx.line_to(179, -136)
    ctx.curve_to(212, -137, 230, -130, 243, -118)
    ctx.line_to(262, -101)
    ctx.close_path()
    vertical(ctx, -137, -100, [(0, '#dcebff'), (1, '#7fa9dc')])
    ctx.fill()
    polygon(ctx, [(196, -101), (214, -135), (224, -133), (206, -101)], '#ffffff', 0.35)
    source(ctx, BLUE_DARK, 0.85)
    ctx.set_line_width(2)
    ctx.move_to(176, -100)
    ctx.curve_to(172, -70, 174, -44, 180, -28)
    ctx.move_to(268, -99)
    ctx.curve_to(274, -70, 272, -44, 266, -28)
    ctx.stroke()
    source(ctx, CHROME)
    rounded(ctx, 186, -84, 22, 5, 2.4)
    ctx.fill()
    rounded(ctx, 256, -112, 14, 9, 4)
    ctx.fill()
    if dent:
        ellipse(ctx, 226, -42, 25, 10)
        source(ctx, '#123273', 0.75)
        ctx.fill()
        ellipse(ctx, 229, -39, 19, 6)
        source(ctx, '#3f7fe0', 0.8)
        ctx.fill()
        source(ctx, '#0e2a63', 0.9)
        ctx.set_line_width(1.6)
        ctx.move_to(206, -48)
        ctx.line_to(222, -43)
        ctx.line_to(240, -49)
        ctx.stroke()
    for x, w in ((0, 34), (388, 34)):
        vertical(ctx, -46, -34, [(0, '#f4f7fb'), (0.5, '#9fa8b8'), (1, '#596173')])
        rounded(ctx, x - 3, -46, w, 11, 5)
        ctx.fill()
    source(ctx, '#e2342c')
    rounded(ctx, 7, -78, 9, 18, 3)
    ctx.fill()
    source(ctx, '#fff3c9')
    ellipse(ctx, 409, -66, 6, 10)
    ctx.fill()
    wheel(ctx, 86, 34)
    wheel(ctx, 328, 34)
    if lamps:
        glow(ctx, 412, -66, 70, '#ffe9a8', 0.75)


def beam(ctx, x, y, length, spread, colour='#ffe9a8'):
    gradient = cairo.LinearGradient(x, y, x + length, y)
    gradient.add_color_stop_rgba(0, *rgb(colour), 0.45)
    gradient.add_color_stop_rgba(1, *rgb(colour), 0)
    ctx.set_source(gradient)
    polygon(ctx, [(x, y - 5), (x + length, y - spread * 0.4), (x + length, y + spread), (x, y + 6)])
    ctx.fill()


def front_shell(ctx, body, body_dark, body_light):
    """A car from the front or the back: 300 wide, standing on y = 0, around x = 0."""
    ellipse(ctx, 0, -2, 185, 17)
    source(ctx, '#04050a', 0.65)
    ctx.fill()
    for side in (-1, 1):
        source(ctx, TYRE)
        rounded(ctx, side * 116 - 24, -62, 48, 62, 10)
        ctx.fill()
    ctx.move_to(-148, -52)
    ctx.curve_to(-152, -92, -146, -112, -120, -118)
    ctx.line_to(-96, -121)
    ctx.curve_to(-84, -162, -76, -182, -58, -187)
    ctx.curve_to(-20, -193, 20, -193, 58, -187)
    ctx.curve_to(76, -182, 84, -162, 96, -121)
    ctx.line_to(120, -118)
    ctx.curve_to(146, -112, 152, -92, 148, -52)
    ctx.curve_to(146, -36, 136, -30, 120, -29)
    ctx.line_to(-120, -29)
    ctx.curve_to(-136, -30, -146, -36, -148, -52)
    ctx.close_path()
    vertical(ctx, -190, -28, [(0, body_light), (0.4, body), (0.7, body), (1, body_dark)])
    ctx.fill()
    ctx.move_to(-83, -121)
    ctx.curve_to(-74, -156, -68, -172, -54, -176)
    ctx.curve_to(-20, -181, 20, -181, 54, -176)
    ctx.curve_to(68, -172, 74, -156, 83, -121)
    ctx.close_path()
    vertical(ctx, -180, -120, [(0, '#dcebff'), (1, '#6f9ad2')])
    ctx.fill()
    polygon(ctx, [(18, -121), (36, -178), (50, -176), (36, -121)], '#ffffff', 0.33)
    source(ctx, body_light, 0.7)
    ctx.set_line_width(2.4)
    ctx.move_to(-124, -112)
    ctx.curve_to(-60, -106, 60, -106, 124, -112)
    ctx.stroke()


def bumper(ctx, y):
    vertical(ctx, y, y + 17, [(0, '#f7f9fc'), (0.5, '#a5aebd'), (1, '#555d6e')])
    rounded(ctx, -154, y, 308, 16, 8)
    ctx.fill()


def plate(ctx, y, text):
    source(ctx, '#e9e2c6')
    rounded(ctx, -31, y, 62, 19, 3)
    ctx.fill()
    source(ctx, '#23252f')
    ctx.set_line_width(2.6)
    # The plate is drawn stroke by stroke, so that no font of the machine gets into the picture.
    for i, mark in enumerate(text):
        x = -23 + i * 12
        if mark == 'V':
            ctx.move_to(x, y + 5)
            ctx.line_to(x + 4, y + 14)
            ctx.line_to(x + 8, y + 5)
        elif mark == 'I':
            ctx.move_to(x + 4, y + 5)
            ctx.line_to(x + 4, y + 14)
        elif mark == 'L':
            ctx.move_to(x + 1, y + 5)
            ctx.line_to(x + 1, y + 14)
            ctx.line_to(x + 7, y + 14)
        ctx.stroke()


def headlamp(ctx, x, y, radius, lit=True):
    disc(ctx, x, y, radius * 1.2, CHROME)
    disc(ctx, x, y, radius, '#fff1bf' if lit else '#7e8798')
    disc(ctx, x, y, radius * 0.6, '#fffbe9' if lit else '#a9b2c2')
    if lit:
        glow(ctx, x, y, radius * 5.5, '#ffe9a8', 0.65)


def coupe_front(ctx):
    front_shell(ctx, BLUE, BLUE_DARK, BLUE_LIGHT)
    source(ctx, '#0d1020')
    rounded(ctx, -78, -96, 156, 32, 10)
    ctx.fill()
    source(ctx, '#7d8799')
    ctx.set_line_width(1.6)
    for i in range(4):
        ctx.move_to(-72, -90 + i * 7)
        ctx.line_to(72, -90 + i * 7)
    ctx.stroke()
    for side in (-1, 1):
        disc(ctx, side * 112, -62 + 8, 7, '#f0a63a')
        headlamp(ctx, side * 110, -82, 17)
    source(ctx, CHROME)
    ctx.set_line_width(1.8)
    ctx.move_to(0, -176)
    ctx.line_to(0, -123)
    ctx.stroke()
    bumper(ctx, -52)
    plate(ctx, -36, 'LVII')


def coupe_rear(ctx):
    front_shell(ctx, BLUE, BLUE_DARK, BLUE_LIGHT)
    source(ctx, BLUE_DARK, 0.8)
    ctx.set_line_width(2)
    ctx.move_to(-96, -110)
    ctx.curve_to(-98, -90, -96, -76, -92, -62)
    ctx.line_to(92, -62)
    ctx.curve_to(96, -76, 98, -90, 96, -110)
    ctx.stroke()
    for side in (-1, 1):
        for i, x in enumerate((118, 96)):
            disc(ctx, side * x, -84, 12, '#7a1016')
            disc(ctx, side * x, -84, 9.5, '#f0463c')
            glow(ctx, side * x, -84, 52, '#ff3b30', 0.42)
    source(ctx, CHROME)
    rounded(ctx, -14, -80, 28, 6, 3)
    ctx.fill()
    bumper(ctx, -52)
    plate(ctx, -36, 'LVII')
    for x in (-92, 84):
        source(ctx, '#3b4150')
        rounded(ctx, x, -30, 14, 8, 4)
        ctx.fill()


def saloon_outline(ctx):
    ctx.move_to(4, -46)
    ctx.line_to(8, -92)
    ctx.curve_to(40, -98, 80, -100, 104, -100)
    ctx.curve_to(116, -126, 124, -142, 142, -145)
    ctx.line_to(246, -145)
    ctx.curve_to(264, -142, 278, -122, 294, -100)
    ctx.curve_to(340, -99, 396, -95, 422, -88)
    ctx.line_to(432, -46)
    ctx.curve_to(432, -34, 428, -27, 420, -26)
    arches(ctx, (90, 344), 38, -24)
    ctx.line_to(14, -26)
    ctx.curve_to(7, -27, 4, -36, 4, -46)
    ctx.close_path()


def light_bar(ctx, x, y, width):
    source(ctx, '#3a4152')
    ctx.rectangle(x - width / 2, y, width, 5)
    ctx.fill()
    for side, colour in ((-1, '#ff3b30'), (1, '#3b7bff')):
        source(ctx, colour)
        rounded(ctx, x + (side - 1) * width / 4 - (0 if side > 0 else -2), y - 12, width / 2 - 4, 12, 4)
        ctx.fill()
        glow(ctx, x + side * width / 4, y - 6, 130, colour, 0.6)


def patrol_side(ctx):
    car_shadow(ctx, 436)
    saloon_outline(ctx)
    vertical(ctx, -145, -24, [(0, '#3a4054'), (0.45, '#1b1e2b'), (1, '#0d0f18')])
    ctx.fill()
    ctx.save()
    saloon_outline(ctx)
    ctx.clip()
    vertical(ctx, -100, -24, [(0, '#f2f4f8'), (0.6, '#c7cdd9'), (1, '#8a92a6')])
    ctx.rectangle(132, -101, 146, 90)
    ctx.fill()
    source(ctx, CHROME, 0.8)
    ctx.set_line_width(2.2)
    ctx.move_to(0, -56)
    ctx.line_to(440, -56)
    ctx.stroke()
    ctx.restore()
    for points in ([(120, -103), (132, -128), (146, -138), (190, -138), (190, -103)],
                   [(198, -103), (198, -138), (242, -138), (258, -128), (276, -103)]):
        polygon(ctx, points)
        vertical(ctx, -138, -102, [(0, '#cfe0f5'), (1, '#6f8fb8')])
        ctx.fill()
    source(ctx, '#596173')
    ctx.set_line_width(1.8)
    for x in (132, 194, 278):
        ctx.move_to(x, -101)
        ctx.line_to(x, -27)
    ctx.stroke()
    star(ctx, 236, -70, 15, '#c9a227')
    for x in (152, 208):
        source(ctx, '#7b8397')
        rounded(ctx, x - 8, -88, 18, 4, 2)
        ctx.fill()
    for x in (-4, 406):
        vertical(ctx, -48, -36, [(0, '#f4f7fb'), (0.5, '#9fa8b8'), (1, '#596173')])
        rounded(ctx, x, -48, 32, 11, 5)
        ctx.fill()
    source(ctx, '#e2342c')
    ctx.rectangle(6, -84, 8, 20)
    ctx.fill()
    source(ctx, '#fff3c9')
    ellipse(ctx, 425, -70, 5, 10)
    ctx.fill()
    wheel(ctx, 90, 33)
    wheel(ctx, 344, 33)
    light_bar(ctx, 194, -150, 70)
    glow(ctx, 428, -70, 66, '#ffe9a8', 0.7)


def star(ctx, x, y, radius, colour):
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.42
        angle = -math.pi / 2 + i * math.pi / 5
        points.append((x + math.cos(angle) * r, y + math.sin(angle) * r))
    polygon(ctx, points, colour)


def patrol_front(ctx):
    front_shell(ctx, '#1b1e2b', '#0d0f18', '#454b60')
    source(ctx, '#eef1f6')
    ctx.move_to(-98, -116)
    ctx.curve_to(-50, -111, 50, -111, 98, -116)
    ctx.line_to(88, -101)
    ctx.line_to(-88, -101)
    ctx.close_path()
    ctx.fill()
    source(ctx, '#7d8799')
    rounded(ctx, -84, -96, 168, 30, 5)
    ctx.fill()
    source(ctx, '#141724')
    for i in range(11):
        ctx.rectangle(-80 + i * 15, -93, 10, 24)
    ctx.fill()
    for side in (-1, 1):
        headlamp(ctx, side * 122, -82, 13)
        headlamp(ctx, side * 98, -82, 13)
    bumper(ctx, -52)
    plate(ctx, -36, 'VILI')
    light_bar(ctx, 0, -194, 108)


# People

def bokeh(ctx, width, height, colours, seed):
    vertical(ctx, 0, height, [(0, colours[0]), (0.65, colours[1]), (1, mix(colours[1], colours[2], 0.6))])
    ctx.paint()
    rng = random.Random(seed)
    for _ in range(26):
        radius = 10 + 44 * rng.random() ** 2
        disc(ctx, rng.random() * width, (0.12 + 0.7 * rng.random()) * height, radius,
             rng.choice(('#ffd28a', '#ff8f6b', '#8fb4ff', '#ffffff')), 0.06 + 0.10 * rng.random())


def jacket(ctx, width, height, top):
    ctx.move_to(width * 0.04, height)
    ctx.curve_to(width * 0.06, height * 0.84, width * 0.16, top + 60, width * 0.36, top + 20)
    ctx.line_to(width * 0.64, top + 20)
    ctx.curve_to(width * 0.84, top + 60, width * 0.94, height * 0.84, width * 0.96, height)
    ctx.close_path()
    gradient = cairo.LinearGradient(0, 0, width, 0)
    for offset, colour in ((0, '#e3a33a'), (0.55, '#c78225'), (1, '#7d4a18')):
        gradient.add_color_stop_rgb(offset, *rgb(colour))
    ctx.set_source(gradient)
    ctx.fill()


def driver_front(ctx, width, height):
    bokeh(ctx, width, height, NIGHT, 5)
    x = width / 2
    glow(ctx, x - 30, height * 0.42, 420, '#8fb4ff', 0.3)
    jacket(ctx, width, height, height * 0.70)
    # Neck, shirt, collar
    polygon(ctx, [(x - 62, 640), (x + 62, 640), (x + 76, 780), (x, 860), (x - 76, 780)], SKIN_SHADE)
    polygon(ctx, [(x - 76, 770), (x, 862), (x + 76, 770), (x + 54, 1024), (x - 54, 1024)], '#20222e')
    polygon(ctx, [(x - 70, 712), (x - 146, 690), (x - 152, 800), (x - 44, 902), (x - 4, 868)], '#f0b44c')
    polygon(ctx, [(x + 70, 712), (x + 146, 690), (x + 152, 800), (x + 44, 902), (x + 4, 868)], '#a8661d')
    # Hair behind, face, shadow half
    ellipse(ctx, x, 408, 184, 208)
    source(ctx, '#14131f')
    ctx.fill()
    ctx.move_to(x - 138, 390)
    ctx.curve_to(x - 142, 520, x - 104, 640, x - 34, 682)
    ctx.curve_to(x - 10, 694, x + 10, 694, x + 34, 682)
    ctx.curve_to(x + 104, 640, x + 142, 520, x + 138, 390)
    ctx.curve_to(x + 120, 240, x - 120, 240, x - 138, 390)
    ctx.close_path()
    face = ctx.copy_path()
    source(ctx, SKIN)
    ctx.fill()
    ctx.save()
    ctx.append_path(face)
    ctx.clip()
    ctx.move_to(x + 10, 200)
    ctx.curve_to(x + 30, 420, x + 46, 470, x + 26, 520)
    ctx.curve_to(x + 20, 560, x + 30, 620, x + 8, 720)
    ctx.line_to(x + 220, 720)
    ctx.line_to(x + 220, 200)
    ctx.close_path()
    source(ctx, SKIN_SHADE, 0.72)
    ctx.fill()
    ctx.restore()
    for side in (-1, 1):
        ex = x + side * 62
        source(ctx, '#f3ece4' if side < 0 else '#d2bdb0')
        ellipse(ctx, ex, 462, 27, 13)
        ctx.fill()
        disc(ctx, ex + 2, 462, 12, '#2e3f5c')
        disc(ctx, ex + 2, 462, 6, '#0c0d14')
        disc(ctx, ex - 2, 458, 3, '#ffffff')
        source(ctx, '#14131f')
        ctx.set_line_width(7)
        ctx.set_line_cap(cairo.LINE_CAP_ROUND)
        ctx.move_to(ex - 30, 458)
        ctx.curve_to(ex - 14, 445, ex + 14, 445, ex + 30, 458)
        ctx.stroke()
        ctx.set_line_width(10)
        ctx.move_to(ex - side * 30, 424)
        ctx.curve_to(ex - side * 6, 410, ex + side * 16, 410, ex + side * 34, 424)
        ctx.stroke()
    source(ctx, '#6f4234', 0.9)
    ctx.set_line_width(5)
    ctx.move_to(x - 4, 470)
    ctx.curve_to(x + 4, 510, x + 22, 534, x + 14, 546)
    ctx.curve_to(x + 6, 554, x - 10, 552, x - 18, 546)
    ctx.stroke()
    source(ctx, '#8e3b3f')
    ctx.move_to(x - 44, 606)
    ctx.curve_to(x - 20, 594, x - 8, 598, x, 602)
    ctx.curve_to(x + 8, 598, x + 20, 594, x + 44, 606)
    ctx.curve_to(x + 20, 624, x - 20, 624, x - 44, 606)
    ctx.fill()
    # Fringe, cut straight and swept to one side
    ctx.move_to(x - 178, 470)
    ctx.curve_to(x - 200, 230, x - 60, 176, x + 10, 180)
    ctx.curve_to(x + 110, 180, x + 196, 260, x + 180, 480)
    ctx.curve_to(x + 172, 540, x + 152, 560, x + 138, 560)
    ctx.curve_to(x + 148, 480, x + 140, 400, x + 108, 356)
    ctx.curve_to(x + 40, 392, x - 40, 380, x - 76, 330)
    ctx.curve_to(x - 108, 370, x - 142, 410, x - 138, 552)
    ctx.curve_to(x - 160, 548, x - 174, 520, x - 178, 470)
    ctx.close_path()
    vertical(ctx, 170, 560, [(0, '#3a3d5c'), (0.35, '#1d1c2b'), (1, '#14131f')])
    ctx.fill()
    source(ctx, '#7f8fd0', 0.55)
    ctx.set_line_width(5)
    ctx.move_to(x - 160, 330)
    ctx.curve_to(x - 130, 240, x - 70, 206, x - 10, 202)
    ctx.stroke()


def profile_head(ctx):
    """A head that looks to the left, drawn around (384, 420)."""
    ctx.move_to(300, 300)
    ctx.curve_to(280, 340, 276, 372, 270, 400)
    ctx.curve_to(262, 430, 232, 462, 226, 480)
    ctx.curve_to(224, 492, 240, 496, 254, 498)
    ctx.curve_to(256, 510, 244, 518, 244, 528)
    ctx.curve_to(246, 536, 254, 538, 256, 542)
    ctx.curve_to(250, 550, 246, 556, 252, 566)
    ctx.curve_to(260, 578, 252, 596, 266, 616)
    ctx.curve_to(282, 640, 330, 640, 366, 626)
    ctx.curve_to(380, 660, 380, 720, 372, 780)
    ctx.line_to(540, 800)
    ctx.curve_to(520, 700, 524, 620, 548, 540)
    ctx.line_to(500, 300)
    ctx.close_path()


def driver_profile(ctx, width, height):
    bokeh(ctx, width, height, DUSK, 11)
    glow(ctx, 90, 470, 460, '#ffb36b', 0.55)
    jacket(ctx, width, height, 748)
    profile_head(ctx)
    gradient = cairo.LinearGradient(220, 0, 540, 0)
    for offset, colour in ((0, '#f0b98c'), (0.3, SKIN), (0.62, SKIN_SHADE), (1, '#5c3a34')):
        gradient.add_color_stop_rgb(offset, *rgb(colour))
    ctx.set_source(gradient)
    ctx.fill()
    ctx.move_to(306, 318)
    ctx.curve_to(300, 250, 380, 200, 450, 204)
    ctx.curve_to(590, 212, 640, 330, 622, 450)
    ctx.curve_to(614, 540, 590, 590, 556, 640)
    ctx.curve_to(524, 620, 476, 600, 452, 560)
    ctx.curve_to(470, 520, 462, 470, 432, 468)
    ctx.curve_to(404, 452, 402, 420, 404, 388)
    ctx.curve_to(370, 392, 320, 372, 284, 402)
    ctx.curve_to(282, 372, 292, 340, 306, 318)
    ctx.close_path()
    vertical(ctx, 200, 640, [(0, '#40304e'), (0.4, '#1d1a28'), (1, '#131019')])
    ctx.fill()
    source(ctx, '#ffb36b', 0.7)
    ctx.set_line_width(5)
    ctx.set_line_cap(cairo.LINE_CAP_ROUND)
    ctx.move_to(316, 304)
    ctx.curve_to(330, 256, 384, 220, 440, 216)
    ctx.stroke()
    ellipse(ctx, 440, 510, 22, 36)
    source(ctx, '#a56a52')
    ctx.fill()
    source(ctx, '#f3ece4')
    ctx.move_to(276, 446)
    ctx.curve_to(288, 432, 306, 432, 320, 448)
    ctx.curve_to(306, 456, 290, 456, 276, 446)
    ctx.fill()
    disc(ctx, 288, 446, 9, '#2e3f5c')
    source(ctx, '#14131f')
    ctx.set_line_width(6)
    ctx.move_to(272, 444)
    ctx.curve_to(288, 430, 308, 430, 324, 448)
    ctx.move_to(270, 410)
    ctx.curve_to(288, 398, 312, 400, 330, 414)
    ctx.stroke()
    source(ctx, '#8e3b3f')
    ctx.move_to(245, 529)
    ctx.curve_to(262, 528, 276, 534, 290, 544)
    ctx.curve_to(276, 556, 262, 560, 249, 558)
    ctx.curve_to(250, 550, 256, 546, 257, 542)
    ctx.curve_to(253, 538, 246, 536, 245, 529)
    ctx.fill()
    polygon(ctx, [(360, 724), (290, 760), (300, 900), (430, 960), (470, 850)], '#f0b44c')
    polygon(ctx, [(470, 850), (560, 730), (610, 790), (560, 930), (430, 960)], '#a8661d')


def figure(ctx, x, y, size, rim):
    """The hitchhiker, feet at (x, y); size is his height."""
    ctx.save()
    ctx.translate(x, y)
    ctx.scale(size / 600, size / 600)
    ellipse(ctx, 10, 0, 130, 14)
    source(ctx, '#04050a', 0.6)
    ctx.fill()
    for side in (-1, 1):
        source(ctx, '#0f1118')
        ctx.rectangle(side * 30 - 20, -130, 40, 126)
        ctx.fill()
        rounded(ctx, side * 32 - (34 if side < 0 else 20), -16, 54, 16, 8)
        ctx.fill()
    ctx.move_to(-58, -468)
    ctx.curve_to(-104, -450, -108, -300, -112, -96)
    ctx.line_to(-20, -84)
    ctx.line_to(0, -300)
    ctx.line_to(20, -84)
    ctx.line_to(112, -96)
    ctx.curve_to(108, -300, 104, -450, 58, -468)
    ctx.close_path()
    gradient = cairo.LinearGradient(-110, 0, 110, 0)
    for offset, colour in ((0, rim), (0.10, '#6d7384'), (0.5, '#454a5a'), (1, '#23262f')):
        gradient.add_color_stop_rgb(offset, *rgb(colour))
    ctx.set_source(gradient)
    ctx.fill()
    source(ctx, '#23262f')
    ctx.set_line_width(4)
    ctx.move_to(0, -440)
    ctx.line_to(0, -90)
    ctx.move_to(-66, -400)
    ctx.line_to(-74, -220)
    ctx.move_to(66, -400)
    ctx.line_to(74, -220)
    ctx.stroke()
    for i in range(3):
        disc(ctx, 14, -380 + i * 60, 6, '#1a1c24')
    disc(ctx, -96, -214, 15, '#7a5648')
    disc(ctx, 94, -214, 15, '#4e382f')
    # Face in shadow, collar up, the hat over it
    ellipse(ctx, 0, -506, 38, 50)
    source(ctx, '#15121a')
    ctx.fill()
    polygon(ctx, [(-62, -470), (-46, -520), (-8, -452), (0, -420)], '#7b8294')
    polygon(ctx, [(62, -470), (46, -520), (8, -452), (0, -420)], '#343845')
    ctx.move_to(-52, -546)
    ctx.curve_to(-50, -606, -30, -616, 0, -606)
    ctx.curve_to(30, -616, 50, -606, 52, -546)
    ctx.close_path()
    vertical(ctx, -616, -540, [(0, '#4b5162'), (1, '#2a2d38')])
    ctx.fill()
    source(ctx, '#14151c')
    ctx.rectangle(-52, -560, 104, 14)
    ctx.fill()
    ellipse(ctx, 0, -543, 94, 13)
    source(ctx, '#363b49')
    ctx.fill()
    # The red suitcase
    source(ctx, '#1a0d10')
    ctx.set_line_width(8)
    ctx.arc(110, -196, 18, math.pi, 2 * math.pi)
    ctx.stroke()
    vertical(ctx, -196, -96, [(0, '#d83a35'), (1, '#8d1d22')])
    rounded(ctx, 52, -196, 116, 92, 9)
    ctx.fill()
    source(ctx, '#5f1217', 0.9)
    for cx in (74, 138):
        ctx.rectangle(cx, -196, 9, 92)
    ctx.fill()
    source(ctx, '#e6c36a')
    ctx.rectangle(100, -190, 20, 9)
    ctx.fill()
    ctx.restore()


# The pictures, one function each

def blue_car_front(ctx, w, h):
    landscape(ctx, w, h, TEAL, 400, (770, 210, 70, '#dcecf2'), 3)
    place(ctx, coupe_front, 512, 690, 2.3)


def blue_car_side(ctx, w, h):
    landscape(ctx, w, h, NIGHT, 420, (250, 190, 74, '#a9b8ff'), 21, with_road=False)
    verge(ctx, w, h, 500)
    ctx.save()
    ctx.translate(66, 650)
    ctx.scale(2.05, 2.05)
    beam(ctx, 412, -66, 320, 60)
    coupe_side(ctx)
    ctx.restore()


def blue_car_rear(ctx, w, h):
    landscape(ctx, w, h, DUSK, 400, (640, 330, 84, '#ffb36b'), 33, stars=40)
    place(ctx, coupe_rear, 512, 690, 2.3)


def patrol_car_front(ctx, w, h):
    landscape(ctx, w, h, NIGHT, 400, (200, 170, 52, '#a9b8ff'), 41)
    place(ctx, patrol_front, 512, 690, 2.25)


def patrol_car_side(ctx, w, h):
    landscape(ctx, w, h, NIGHT, 420, (800, 180, 56, '#a9b8ff'), 52, with_road=False)
    verge(ctx, w, h, 500)
    ctx.save()
    ctx.translate(62, 650)
    ctx.scale(2.0, 2.0)
    beam(ctx, 428, -70, 300, 56)
    patrol_side(ctx)
    ctx.restore()


def place(ctx, draw, x, y, scale):
    ctx.save()
    ctx.translate(x, y)
    ctx.scale(scale, scale)
    draw(ctx)
    ctx.restore()


def verge(ctx, w, h, top):
    """A road that runs across the picture."""
    vertical(ctx, top, h, [(0, '#2b2d3d'), (1, '#14151f')])
    ctx.rectangle(0, top, w, h)
    ctx.fill()
    source(ctx, '#9a98a0', 0.6)
    ctx.rectangle(0, top + 8, w, 4)
    ctx.fill()
    source(ctx, '#cdb878', 0.9)
    for x in range(-40, int(w), 220):
        polygon(ctx, [(x, h - 62), (x + 120, h - 62), (x + 112, h - 50), (x - 10, h - 50)], '#cdb878', 0.85)


def hitchhiker_front(ctx, w, h):
    landscape(ctx, w, h, TEAL, 620, (180, 250, 78, '#dcecf2'), 61, with_road=True, vanish=640)
    figure(ctx, 350, 960, 760, '#cfe3ee')


def hitchhiker_far(ctx, w, h):
    landscape(ctx, w, h, NIGHT, 330, (980, 130, 44, '#a9b8ff'), 71)
    # The pool that the headlamps throw: flat on the road, warm on the figure
    for x, strength in ((420, 0.42), (820, 0.26)):
        ctx.save()
        ctx.translate(x, 640)
        ctx.scale(1, 0.26)
        glow(ctx, 0, 0, 420, '#ffe9a8', strength)
        ctx.restore()
    glow(ctx, 330, 450, 260, '#ffe9a8', 0.22)
    figure(ctx, 330, 605, 350, '#ffe9a8')


def valley_road_dusk(ctx, w, h):
    landscape(ctx, w, h, DUSK, 380, (760, 330, 92, '#ffc27a'), 81, stars=26)
    poles(ctx, w, 388, '#1a0f2b')


def valley_road_night(ctx, w, h):
    landscape(ctx, w, h, NIGHT, 380, (360, 150, 58, '#b9c6ff'), 92, stars=170)
    poles(ctx, w, 388, '#070a1c')


def poles(ctx, w, horizon, colour):
    """Telegraph poles along the left side, smaller towards the vanishing point."""
    vanish = w / 2
    tops = []
    for i in range(7):
        t = 0.66 ** i
        x, y = vanish - (vanish + 40) * t * 0.86, horizon + 300 * t
        top = y - 470 * t
        source(ctx, colour)
        ctx.rectangle(x - 7 * t, top, 14 * t, y - top)
        ctx.rectangle(x - 54 * t, top + 26 * t, 108 * t, 9 * t)
        ctx.fill()
        tops.append((x, top + 26 * t, t))
    source(ctx, colour, 0.9)
    for (x0, y0, t0), (x1, y1, t1) in zip(tops, tops[1:]):
        ctx.set_line_width(2.4 * t0)
        for offset in (-50, 50):
            ctx.move_to(x0 + offset * t0, y0)
            ctx.curve_to(x0 + (x1 - x0) * 0.4, y0 + 46 * t0, x0 + (x1 - x0) * 0.7, y1 + 30 * t0, x1 + offset * t1, y1)
            ctx.stroke()


def steel_bridge_approach(ctx, w, h):
    landscape(ctx, w, h, TEAL, 380, (900, 150, 60, '#dcecf2'), 101, stars=120)
    vanish, level = w / 2, 392
    frames = [0.72 ** i for i in range(8)]
    for near, far in reversed(list(zip(frames, frames[1:] + [0.05]))):
        shade = mix('#0c131d', '#33566b', 1 - near ** 0.5)
        for side in (-1, 1):
            n = [(vanish + side * 610 * near, level + 330 * near), (vanish + side * 610 * near, level - 400 * near)]
            f = [(vanish + side * 610 * far, level + 330 * far), (vanish + side * 610 * far, level - 400 * far)]
            source(ctx, shade)
            ctx.set_line_width(15 * near)
            for a, b in ((n[0], f[1]), (n[1], f[0]), (n[1], f[1]), (n[0], f[0])):
                ctx.move_to(*a)
                ctx.line_to(*b)
            ctx.stroke()
            ctx.set_line_width(34 * near)
            ctx.move_to(*n[0])
            ctx.line_to(*n[1])
            ctx.stroke()
        source(ctx, shade)
        ctx.set_line_width(34 * near)
        ctx.move_to(vanish - 610 * near, level - 392 * near)
        ctx.line_to(vanish + 610 * near, level - 392 * near)
        ctx.stroke()
    for i, t in enumerate(frames):
        if i % 2 == 1:
            disc(ctx, vanish, level - 372 * t, 15 * t, '#fff1bf')
            glow(ctx, vanish, level - 372 * t, 230 * t, '#ffd98a', 0.6)


def steel_bridge_bank(ctx, w, h):
    sky(ctx, w, 430, TEAL, 130, 111)
    glow(ctx, 300, 150, 240, '#dcecf2', 0.5)
    disc(ctx, 300, 150, 56, '#dcecf2')
    hills(ctx, w, 430, TEAL, 111)
    vertical(ctx, 440, h, [(0, '#16344a'), (0.5, '#0a1a29'), (1, '#060d16')])
    ctx.rectangle(0, 440, w, h)
    ctx.fill()
    rng = random.Random(4)
    for _ in range(60):
        t = rng.random()
        disc_y = 450 + 260 * t
        source(ctx, '#dcecf2', 0.06 + 0.22 * (1 - t) * rng.random())
        ctx.rectangle(300 - 130 * (0.4 + t) + rng.random() * 220 * (0.4 + t), disc_y, 20 + 50 * rng.random(), 2)
        ctx.fill()
    ink = '#0a111b'
    deck, chord = 396, 290
    source(ctx, ink)
    ctx.rectangle(0, deck, w, 20)
    ctx.rectangle(0, chord, w, 11)
    ctx.fill()
    ctx.set_line_width(9)
    step = 80
    for i in range(w // step + 1):
        x = i * step
        ctx.move_to(x, chord)
        ctx.line_to(x, deck)
        ctx.move_to(x, chord if i % 2 else deck)
        ctx.line_to(x + step, deck if i % 2 else chord)
        ctx.stroke()
    for x in (260, 1020):
        polygon(ctx, [(x - 34, deck), (x + 34, deck), (x + 52, h - 110), (x - 52, h - 110)], ink)
    for i in range(1, w // step, 2):
        disc(ctx, i * step, chord + 26, 6, '#fff1bf')
        glow(ctx, i * step, chord + 26, 60, '#ffd98a', 0.65)
        source(ctx, '#ffd98a', 0.16)
        for k in range(7):
            ctx.rectangle(i * step - 9 + (k % 3) * 3, 470 + k * 26, 18 - k, 4)
        ctx.fill()
    ctx.save()
    ctx.translate(640, deck)
    ctx.scale(0.24, 0.24)
    beam(ctx, 412, -66, 520, 60)
    coupe_side(ctx, dent=False)
    ctx.restore()
    source(ctx, ink)
    ctx.rectangle(0, deck - 8, w, 3)
    ctx.fill()


# Drawn at the sizes below, written smaller: big enough for a reference, small enough for a repository
SCALE = 0.75

PICTURES = (
    ('blue_car/front.png', 1024, 768, blue_car_front),
    ('blue_car/side.png', 1024, 768, blue_car_side),
    ('blue_car/rear.png', 1024, 768, blue_car_rear),
    ('driver/front.png', 768, 1024, driver_front),
    ('driver/profile.png', 768, 1024, driver_profile),
    ('hitchhiker/front.png', 768, 1024, hitchhiker_front),
    ('hitchhiker/far.png', 1280, 720, hitchhiker_far),
    ('patrol_car/front.png', 1024, 768, patrol_car_front),
    ('patrol_car/side.png', 1024, 768, patrol_car_side),
    ('valley_road/dusk.png', 1280, 720, valley_road_dusk),
    ('valley_road/night.png', 1280, 720, valley_road_night),
    ('steel_bridge/approach.png', 1280, 720, steel_bridge_approach),
    ('steel_bridge/from_the_bank.png', 1280, 720, steel_bridge_bank),
)


def main():
    project = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / 'driver-beware'
    for name, width, height, draw in PICTURES:
        surface = cairo.ImageSurface(cairo.FORMAT_RGB24, round(width * SCALE), round(height * SCALE))
        ctx = cairo.Context(surface)
        ctx.scale(SCALE, SCALE)
        draw(ctx, width, height)
        path = project / 'elements' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        surface.write_to_png(str(path))
        print(f'{path.stat().st_size:8d}  {name}')


if __name__ == '__main__':
    main()

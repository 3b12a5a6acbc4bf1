#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the song of the demo project into audio/song.ogg: 48 bars at 120 beats a minute, 96 seconds.

Every sound is computed here. The Python standard library makes the samples; ffmpeg (libvorbis) packs them.

Usage: make-song.py [PROJECT]     (PROJECT: the folder driver-beware beside this file)
"""

import array
import math
import pathlib
import random
import subprocess
import sys

RATE = 44100
BEAT = RATE // 2                  # 120 beats a minute
BAR = 4 * BEAT
BARS = 48
TABLE = 2048

# A minor: the root of each bar (MIDI note) and its chord
AM, F, C, G, DM, E = (45, (57, 60, 64)), (41, (57, 60, 65)), (48, (55, 60, 64)), (43, (55, 59, 62)), (50, (57, 62, 65)), (40, (56, 59, 64))
VERSE = [AM, AM, F, G] * 2
CHORUS = [AM, F, C, G] * 2
EIGHT = [DM, AM, F, E] * 2
HARMONY = [AM, AM, F, G] + VERSE + CHORUS + VERSE + EIGHT + CHORUS + [AM, F, C, AM]
SECTIONS = ['intro'] * 4 + ['verse 1'] * 8 + ['chorus'] * 8 + ['verse 2'] * 8 + ['eight'] * 8 + ['chorus'] * 8 + ['outro'] * 4
LEVEL = {'intro': 0.6, 'verse 1': 0.66, 'verse 2': 0.74, 'eight': 0.6, 'chorus': 1.0, 'outro': 0.7}

# The lead: (beat within eight bars, length in beats, MIDI note)
CHORUS_LEAD = [(0, 1.5, 76), (1.5, 0.5, 74), (2, 2, 72), (4, 1.5, 72), (5.5, 0.5, 74), (6, 2, 69), (8, 1.5, 67), (9.5, 0.5, 72),
               (10, 2, 76), (12, 1, 74), (13, 1, 71), (14, 2, 74), (16, 1.5, 76), (17.5, 0.5, 79), (18, 2, 81), (20, 1.5, 77),
               (21.5, 0.5, 76), (22, 2, 72), (24, 1.5, 76), (25.5, 0.5, 74), (26, 2, 72), (28, 1, 71), (29, 1, 69), (30, 2, 67)]
EIGHT_LEAD = [(0, 3, 69), (3, 1, 74), (4, 4, 72), (8, 3, 69), (11, 1, 65), (12, 4, 64), (16, 3, 69), (19, 1, 74), (20, 4, 76), (24, 4, 72),
              (28, 2, 71), (30, 2, 68)]


def table(harmonics):
    """One period with the given strength for harmonic 1, 2, ..."""
    values = [sum(a * math.sin(2 * math.pi * (n + 1) * i / TABLE) for n, a in enumerate(harmonics)) for i in range(TABLE)]
    peak = max(map(abs, values))
    return [v / peak for v in values]


SINE = table([1])
SOFT_SAW = table([1 / n ** 1.3 for n in range(1, 9)])
BASS = table([1, 0.6, 0.34, 0.22, 0.12, 0.08])
REED = table([1, 0, 0.42, 0, 0.2, 0, 0.08])
PLUCK = table([1, 0.5, 0.25, 0.12, 0.06])


def hertz(note):
    return 440 * 2 ** ((note - 69) / 12)


def tone(wave, frequency, length, attack, decay, sustain=0.0, release=0.02, vibrato=0.0):
    """A note: it rises in attack seconds, falls towards sustain with the time constant decay, ends in release seconds."""
    count = int(length)
    rise, fall = max(1, int(attack * RATE)), max(1, int(release * RATE))
    factor = math.exp(-1 / (decay * RATE))
    out, phase, level = [], 0.0, 1.0
    step = frequency * TABLE / RATE
    for i in range(count):
        gain = i / rise if i < rise else level
        if i >= rise:
            level = sustain + (level - sustain) * factor
        if count - i < fall:
            gain *= (count - i) / fall
        out.append(wave[int(phase) % TABLE] * gain)
        phase += step * (1 + vibrato * SINE[int(i * 5.2 * TABLE / RATE) % TABLE]) if vibrato else step
    return out


def kick():
    out, phase = [], 0.0
    for i in range(int(0.28 * RATE)):
        t = i / RATE
        phase += (46 + 130 * math.exp(-t * 38)) / RATE
        out.append(math.sin(2 * math.pi * phase) * math.exp(-t * 11) + 0.25 * math.exp(-t * 900))
    return out


def noise(seconds, decay, brightness, seed):
    """White noise less its slow part; brightness 0 to 1."""
    rng = random.Random(seed)
    out, low = [], 0.0
    for i in range(int(seconds * RATE)):
        white = rng.uniform(-1, 1)
        low += (white - low) * brightness
        out.append((white - low) * math.exp(-i / RATE * decay))
    return out


def snare():
    return [0.75 * n + 0.55 * math.sin(2 * math.pi * 186 * i / RATE) * math.exp(-i / RATE * 26)
            for i, n in enumerate(noise(0.24, 17, 0.25, 1))]


def add(track, start, samples, gain):
    end = min(len(track), start + len(samples))
    for i, value in enumerate(samples[:max(0, end - start)], start):
        track[i] += value * gain


def blank():
    return array.array('d', bytes(8 * BARS * BAR))


def drums(track):
    k, s = kick(), snare()
    hat, ride, crash = noise(0.05, 90, 0.6, 2), noise(0.16, 26, 0.7, 3), noise(2.2, 2.2, 0.45, 4)
    tom = [tone(SINE, f, 0.3 * RATE, 0.002, 0.12) for f in (150, 118, 92)]
    for bar, section in enumerate(SECTIONS):
        at = bar * BAR
        last = bar + 1 == BARS or SECTIONS[bar + 1] != section
        if section == 'intro':
            beats, backbeat, hats = ((0, 2) if bar >= 2 else (0,)), (), (8 if bar >= 2 else 0)
        elif section == 'eight':
            beats, backbeat, hats = (0, 2.5), (2,), 4
        elif section == 'outro':
            beats, backbeat, hats = ((0, 2) if bar < 46 else (0,)), ((1, 3) if bar < 46 else ()), (8 if bar < 46 else 0)
        elif section == 'chorus':
            beats, backbeat, hats = (0, 1, 2, 3), (1, 3), 16
        else:
            beats, backbeat, hats = (0, 1.5, 2), (1, 3), 8
        for beat in beats:
            add(track, at + int(beat * BEAT), k, 0.95)
        for beat in backbeat:
            add(track, at + int(beat * BEAT), s, 0.5)
        for i in range(hats):
            add(track, at + i * BAR // hats, ride if section == 'chorus' and i % 4 == 2 else hat, 0.20 if i % 2 else 0.30)
        if bar and SECTIONS[bar - 1] != section and section in ('chorus', 'eight', 'outro'):
            add(track, at, crash, 0.30)
        if last and bar + 1 < BARS:
            for i in range(6):
                add(track, at + int((2.5 + i * 0.25) * BEAT), tom[i // 2], 0.55)


def bass(track):
    notes = {}
    for bar, (root, _) in enumerate(HARMONY):
        section = SECTIONS[bar]
        if section == 'intro' and bar < 2 or bar >= 46:
            pattern, size = [(0, 0)], 4.0
        elif section == 'eight':
            pattern, size = [(0, 0), (2.5, 0), (3.5, 12)], 0.9
        else:
            pattern, size = [(i / 2, 12 if section == 'chorus' and i % 2 else 0) for i in range(8)], 0.46
        for beat, octave in pattern:
            key = (root + octave - 12, size)
            if key not in notes:
                notes[key] = tone(BASS, hertz(key[0]), size * BEAT, 0.004, 0.22 if size < 2 else 1.4, 0.25)
            add(track, bar * BAR + int(beat * BEAT), notes[key], 0.42)


def pads(track, cents):
    """Chords that breathe with the kick: quiet on the beat, loud after it."""
    chords = {}
    for bar, (_, chord) in enumerate(HARMONY):
        section = SECTIONS[bar]
        if chord not in chords:
            voices = [tone(SOFT_SAW, hertz(n) * 2 ** (c / 1200), BAR, 0.09, 30, 0.8, 0.10)
                      for n, c in zip(chord, (cents, -cents * 0.7, cents * 0.4))]
            chords[chord] = [sum(v) for v in zip(*voices)]
        pump = 0.75 if section == 'chorus' else 0.35 if section.startswith('verse') else 0.0
        loud = {'intro': 0.10 + 0.02 * bar, 'eight': 0.20, 'outro': 0.19, 'chorus': 0.17}.get(section, 0.12)
        start = bar * BAR
        for i, value in enumerate(chords[chord]):
            track[start + i] += value * loud * (1 - pump * max(0.0, 1 - (i % BEAT) / (0.6 * BEAT)))


def arpeggio(track):
    notes = {}
    for bar, (_, chord) in enumerate(HARMONY):
        section = SECTIONS[bar]
        if section in ('intro', 'eight') or (section == 'verse 1' and bar < 8) or bar >= 46:
            continue
        count, loud = (16, 0.15) if section in ('chorus', 'verse 2') else (8, 0.13)
        order = [chord[0], chord[1], chord[2], chord[1] + 12, chord[2], chord[0] + 12, chord[1], chord[2]]
        for i in range(count):
            note = order[i % 8] + 12
            if note not in notes:
                notes[note] = tone(PLUCK, hertz(note), 0.34 * RATE, 0.002, 0.09)
            add(track, bar * BAR + i * BAR // count, notes[note], loud * (1.2 if i % 4 == 0 else 0.85))


def lead(track):
    first = {s: SECTIONS.index(s) for s in SECTIONS}
    starts = [(first['chorus'], CHORUS_LEAD), (SECTIONS.index('chorus', 24), CHORUS_LEAD), (first['eight'], EIGHT_LEAD)]
    for bar, melody in starts:
        for beat, length, note in melody:
            add(track, bar * BAR + int(beat * BEAT), tone(REED, hertz(note), length * BEAT * 0.96, 0.018, 1.2, 0.6, 0.06, 0.004), 0.19)
    for bar, note in ((44, 76), (45, 72), (46, 67), (47, 69)):
        add(track, bar * BAR, tone(REED, hertz(note), BAR * 0.9, 0.05, 1.5, 0.4, 0.3, 0.004), 0.15)


def echo(track, delay, feedback):
    out = array.array('d', track)
    for i in range(delay, len(out)):
        out[i] += out[i - delay] * feedback
    return out


def engine(track):
    """The car of the intro: a low rumble that catches at the fourth second, where the headlamps come on."""
    rng, low, phase = random.Random(7), 0.0, 0.0
    for i in range(4 * BAR):
        t = i / RATE
        speed = 0 if t < 2 else 9 if t < 4 else 26 + 26 * min(1, (t - 4) / 3)
        phase += speed / RATE
        low += (rng.uniform(-1, 1) - low) * 0.06
        loud = 0 if t < 2 else 0.3 if t < 4 else 0.45 * max(0.0, 1 - max(0.0, t - 6) / 2)
        track[i] += loud * (low * 1.6 + 0.2 * SINE[int(phase * TABLE) % TABLE]) * (0.35 + 0.65 * abs(math.sin(math.pi * phase)))


def song():
    middle, left, right, plucked, sung = blank(), blank(), blank(), blank(), blank()
    drums(middle)
    bass(middle)
    engine(middle)
    pads(left, 7)
    pads(right, -7)
    arpeggio(plucked)
    lead(sung)
    plucked_far = echo(plucked, BEAT * 3 // 4, 0.34)
    sung_far = echo(sung, BEAT * 3 // 4, 0.30)
    frames = array.array('h')
    total = BARS * BAR
    fade = 2 * BEAT
    for i in range(total):
        level, end = LEVEL[SECTIONS[i // BAR]], min(1.0, (total - i) / fade)
        m = middle[i] + 0.55 * sung[i]
        for side, arp, voice in ((left[i], plucked_far[i], sung[i]), (right[i], plucked[i], sung_far[i])):
            frames.append(int(29000 * end * math.tanh(level * (m + side + arp + 0.45 * voice))))
    if sys.byteorder == 'big':
        frames.byteswap()
    return frames.tobytes()


def main():
    project = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / 'driver-beware'
    path = project / 'audio' / 'song.ogg'
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(['ffmpeg', '-loglevel', 'error', '-y', '-f', 's16le', '-ar', str(RATE), '-ac', '2', '-i', '-', '-c:a', 'libvorbis',
                    '-q:a', '0', '-fflags', '+bitexact', '-flags:a', '+bitexact', '-map_metadata', '-1',
                    '-metadata', 'TITLE=Driver Beware', str(path)], input=song(), check=True)
    print(f'{path.stat().st_size:8d}  audio/song.ogg')


if __name__ == '__main__':
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole job from Python, through introspection alone: open, explore, pick, approve, execute, judge, read."""

import json
import os
import sys
import tempfile
import unittest

try:
    import gi
    gi.require_version("Starsend", "1")
except (ImportError, ValueError) as error:
    print(f"skipped: {error}")
    sys.exit(77)

from gi.repository import Gio, GLib, Starsend

PLAN = {
    "format": "client_plan", "version": 1, "project": "from-python", "episode": "EP001", "title": "From Python",
    "aspect_ratio": "16:9", "fps": 24,
    "song": {"title": "Song", "duration": 2.0, "bpm": 120, "sections": [{"name": "Verse", "start": 0, "end": "0:01.500"}]},
    "elements": [{"id": "sky", "name": "The sky", "description": "blue"}],
    "sequences": [
        {"id": "SEQ04", "title": "Suburbia", "song_start": 0, "song_end": 1, "elements": [],
         "start_frame_prompt": "Suburban street, golden hour",
         "shots": [{"id": "shot_1", "duration": 0.5, "prompt": "slow push in"},
                   {"id": "shot_2", "duration": 0.5, "prompt": "pan left", "camera": "pan left"}]},
        {"id": "SEQ05 ü", "title": "Night", "elements": [], "shots": [{"id": "s", "duration": 0.5, "prompt": "static"}]},
    ],
}


def wait(start, finish):
    """Runs one asynchronous call in a main loop, as a program does that has one."""
    loop = GLib.MainLoop()
    results = []

    def on_ready(source, result, *_data):
        results.append((source, result))
        loop.quit()

    start(on_ready)
    loop.run()
    return finish(results[0][1])


class WorkflowTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="starsend-python-")
        self.plan_path = os.path.join(self.folder.name, "plan.json")
        self.root = os.path.join(self.folder.name, "project")
        with open(self.plan_path, "w", encoding="utf-8") as plan:
            json.dump(PLAN, plan, ensure_ascii=False)
        self.assertTrue(wait(lambda done: Starsend.Project.create_async(self.root, "From Python", self.plan_path, None, done),
                             Starsend.Project.create_finish))

    def tearDown(self):
        self.folder.cleanup()

    def open(self, flags=Starsend.ProjectOpenFlags.DEFAULT):
        return wait(lambda done: Starsend.Project.open_async(self.root, flags, None, done), Starsend.Project.open_finish)

    def test_reading(self):
        project = self.open(Starsend.ProjectOpenFlags.READ_ONLY)
        plan = project.get_plan()
        sequences = plan.get_sequences()

        self.assertTrue(project.is_read_only())
        self.assertEqual(project.get_title(), "From Python")
        self.assertEqual([s.get_id() for s in sequences], ["SEQ04", "SEQ05 ü"])
        self.assertEqual(plan.dup_sequence_ids(), ["SEQ04", "SEQ05 ü"])
        self.assertEqual([shot.get_id() for shot in sequences[0].get_shots()], ["shot_1", "shot_2"])
        self.assertEqual(sequences[0].get_shots()[1].get_camera(), "pan left")
        self.assertAlmostEqual(sequences[0].get_duration(), 1.0)
        self.assertEqual(sequences[0].get_elements(), [])
        self.assertEqual(sequences[0].props.id, "SEQ04")
        self.assertIsNone(plan.dup_sequence("SEQ99"))
        self.assertEqual(plan.get_aspect(), (16, 9))
        self.assertEqual(plan.find_sequence("SEQ05 ü"), (True, 1))
        self.assertEqual(plan.get_song().get_section(0), ("Verse", 0.0, 1.5))
        self.assertEqual(plan.get_elements()[0].get_description(), "blue")
        self.assertEqual(len(plan.get_digest()), 64)
        ok, _finding = plan.has_error("SEQ04")
        self.assertFalse(ok)
        for finding in plan.get_findings():
            self.assertEqual(finding.get_severity(), Starsend.Severity.WARNING)
        record = project.get_sequence_state().get_record("SEQ04")
        self.assertEqual(record.get_status(), Starsend.SequenceStatus.NOT_STARTED)
        self.assertEqual(project.get_aspect(), (16, 9))

    def test_errors(self):
        with self.assertRaises(GLib.Error) as caught:
            wait(lambda done: Starsend.Project.open_async(self.root + "/not-there", 0, None, done), Starsend.Project.open_finish)
        self.assertEqual(caught.exception.domain, GLib.quark_to_string(Starsend.error_quark()))

        runner = Starsend.ClientSequenceRunner.new(self.open())
        with self.assertRaises(GLib.Error) as caught:
            runner.get_status("SEQ99")
        self.assertTrue(caught.exception.matches(Starsend.error_quark(), Starsend.Error.NOT_FOUND))
        self.assertIn("SEQ04", caught.exception.message)

        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            wait(lambda done: runner.explore_grid_async("SEQ04", None, None, cancellable, done), runner.explore_grid_finish)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_models_and_cuts(self):
        models = Starsend.Models.new()
        self.assertEqual(models.get_default(Starsend.RequestKind.GRID), "sketch")
        self.assertEqual(models.get_default(Starsend.RequestKind.TAKE), "animatic")
        runner = Starsend.ClientSequenceRunner.new(self.open())
        self.assertIsInstance(runner.get_models(), Starsend.Models)
        self.assertEqual(runner.get_models().find("sketch", Starsend.RequestKind.GRID).get_name(), "local")
        with self.assertRaises(GLib.Error) as caught:
            models.find("nothing", Starsend.RequestKind.GRID)
        self.assertTrue(caught.exception.matches(Starsend.error_quark(), Starsend.Error.INVALID_INPUT))
        self.assertEqual(Starsend.budget_format(1570000, "USD"), "$ 1.57")

        cut = Starsend.GridCut.init_even(101, 60)
        ok, cell = cut.get_cell(4)
        self.assertTrue(ok)
        self.assertEqual((cell.x, cell.y, cell.width, cell.height), (51, 30, 50, 30))
        with self.assertRaises(GLib.Error):
            cut.get_cell(5)

    def prepare(self, runner):
        resolution = wait(lambda done: runner.resolve_elements_async("SEQ04", None, done), runner.resolve_elements_finish)
        self.assertTrue(resolution.is_complete())
        self.assertEqual(resolution.dup_problems(), [])
        grid = wait(lambda done: runner.explore_grid_async("SEQ04", None, None, None, done), runner.explore_grid_finish)
        self.assertTrue(os.path.isfile(grid))
        frame = wait(lambda done: runner.pick_start_frame_async("SEQ04", 2, 0, None, done), runner.pick_start_frame_finish)
        self.assertTrue(os.path.isfile(frame))
        self.assertTrue(wait(lambda done: runner.approve_start_frame_async("SEQ04", None, done),
                             runner.approve_start_frame_finish))

    def test_whole_job(self):
        project = self.open()
        runner = Starsend.ClientSequenceRunner.new(project)
        states = []

        record = project.get_sequence_state().get_record("SEQ04")
        record.connect("notify::status", lambda r, _p: states.append(Starsend.sequence_status_to_string(r.get_status())))
        self.assertEqual(runner.estimate_grid("SEQ04", None), 0)
        self.assertEqual(runner.dup_grid_model("SEQ04", None), "sketch")
        self.prepare(runner)
        self.assertEqual(runner.dup_ready(), ["SEQ04"])
        self.assertEqual(runner.estimate_take("SEQ04", None), 0)

        take = wait(lambda done: runner.execute_sequence_async("SEQ04", None, None, done), runner.execute_sequence_finish)
        self.assertEqual(take.get_number(), 1)
        self.assertEqual(take.get_model(), "animatic")
        self.assertTrue(os.path.isfile(take.get_path()))

        take = wait(lambda done: runner.iterate_sequence_async("SEQ04", {"shot_2": "tilt up"}, None, None, None, done),
                    runner.iterate_sequence_finish)
        self.assertEqual(take.get_number(), 2)
        shots = take.get_request().get_shots()
        self.assertEqual([(s.get_shot_id(), s.get_text()) for s in shots], [("shot_1", "slow push in"), ("shot_2", "tilt up")])

        self.assertTrue(wait(lambda done: runner.reject_take_async("SEQ04", 1, "shot_1", "too slow", None, done),
                             runner.reject_take_finish))
        self.assertTrue(wait(lambda done: runner.approve_take_async("SEQ04", 2, "good", None, done), runner.approve_take_finish))
        takes = wait(lambda done: runner.list_takes_async("SEQ04", None, done), runner.list_takes_finish)
        self.assertEqual([t.get_number() for t in takes], [1, 2])
        self.assertEqual(takes[0].get_shot_verdict("shot_1"), Starsend.Verdict.REJECTED)
        self.assertEqual(takes[1].get_verdict(), Starsend.Verdict.APPROVED)

        item = runner.get_status("SEQ04")
        self.assertEqual(item.get_record().get_status(), Starsend.SequenceStatus.COMPLETE)
        self.assertFalse(item.get_interrupted())
        self.assertEqual(states[-1], "complete")
        self.assertEqual(len(runner.get_items()), 2)
        self.assertEqual(len(runner.get_jobs()), 0)

        ledger = project.get_ledger()
        self.assertEqual([job.get_kind() for job in ledger], ["grid", "take", "take"])
        self.assertEqual(ledger.get_spent(None), 0)
        self.assertEqual(len(ledger.dup_open_jobs()), 0)
        self.assertEqual(len(wait(lambda done: runner.resume_async(None, done), runner.resume_finish)), 0)
        self.assertEqual(len(wait(lambda done: runner.reconcile_async(False, None, done), runner.reconcile_finish)), 0)

    def test_run(self):
        runner = Starsend.ClientSequenceRunner.new(self.open())
        self.prepare(runner)
        run = Starsend.SequenceRun.new(runner)
        run.add("SEQ04", None)
        run.add("SEQ05 ü", None)
        with self.assertRaises(GLib.Error) as caught:
            wait(lambda done: run.check_async(None, done), run.check_finish)
        self.assertTrue(caught.exception.matches(Starsend.error_quark(), Starsend.Error.NOT_READY))
        self.assertIn("SEQ05", caught.exception.message)

        run = Starsend.SequenceRun(runner=runner, concurrency=2)
        run.add("SEQ04", None)
        self.assertTrue(wait(lambda done: run.check_async(None, done), run.check_finish))
        self.assertEqual(run.props.estimate, 0)
        offer = run.get_entries()[0].get_offer()
        self.assertEqual((offer.get_model(), offer.get_number(), offer.get_n_parts()), ("animatic", 1, 1))
        fractions = []
        run.connect("notify::fraction", lambda r, _p: fractions.append(r.props.fraction))
        self.assertTrue(wait(lambda done: run.start_async(None, done), run.start_finish))
        self.assertEqual(fractions[-1], 1)
        entry = run.get_entries()[0]
        self.assertEqual((entry.props.state, entry.props.error), (Starsend.RunState.DONE, None))
        self.assertEqual(entry.get_take().get_number(), 1)

        run = Starsend.SequenceRun.new(runner)
        run.add_iteration("SEQ04", {"shot_1": "tilt up"}, None, None)
        self.assertTrue(wait(lambda done: run.start_async(None, done), run.start_finish))
        self.assertEqual(run.get_n_done(), 1)
        self.assertEqual(run.get_entries()[0].get_take().get_number(), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)

"""Charts as files for slides."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from matplotlib.image import imread

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.read_model import read_model
from reports.slides import write_slides
from tests.reports.made_verdicts import small_verdict

NAMES = ("latency", "throughput", "outcomes")


@pytest.fixture(scope="module")
def slides(run: RunFolder, verdict: VerdictRecord, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("slides")
    write_slides(folder, read_model(run, verdict))
    return folder


def test_each_chart_is_there_as_svg_and_png(slides: Path) -> None:
    found = {path.name for path in slides.iterdir()}
    assert {f"{name}.{kind}" for name in NAMES for kind in ("svg", "png")} <= found


def test_a_png_fills_a_projector_and_has_a_light_ground(slides: Path) -> None:
    for name in NAMES:
        pixels = imread(slides / f"{name}.png")
        assert pixels.shape[1] >= 1800
        assert pixels[2, 2, :3].min() == 1.0


def test_an_svg_stands_by_itself(slides: Path, run: RunFolder) -> None:
    for name in NAMES:
        text = (slides / f"{name}.svg").read_text()
        ET.fromstring(text)  # noqa: S314 -- our own output
        assert "var(--" not in text
        assert run.id in text
    assert "degraded" in (slides / "outcomes.svg").read_text()


def test_without_requests_nothing_is_drawn(bare_run: RunFolder, tmp_path: Path) -> None:
    assert write_slides(tmp_path, read_model(bare_run, small_verdict())) == ()

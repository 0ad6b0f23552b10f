"""The one page is one page on paper. Needs Chromium (Debian: chromium)."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.executive.page import render_executive
from reports.read_model import read_model
from tests.reports.made_verdicts import objective

pytestmark = pytest.mark.production


def pages(html: str, folder: Path) -> int:
    """How many sheets Chromium prints."""
    page, pdf = folder / "page.html", folder / "page.pdf"
    page.write_text(html)
    subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer"),
            *(f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={pdf}", page.as_uri()),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def test_it_prints_to_one_sheet_of_a4(run: RunFolder, verdict: VerdictRecord, tmp_path: Path) -> None:
    assert pages(render_executive(read_model(run, verdict)), tmp_path) == 1


def test_the_fullest_prints_to_one_sheet_too(run: RunFolder, verdict: VerdictRecord, tmp_path: Path) -> None:
    full = replace(
        verdict,
        objectives=tuple(
            objective(f"a-tier-with-a-long-name-{number}", 900, 1_000, demanded=True) for number in range(40)
        ),
    )
    model = read_model(run, full)
    model = replace(model, stories=model.stories * 5)
    assert pages(render_executive(model), tmp_path) == 1

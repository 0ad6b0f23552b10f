from pathlib import Path

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import VerdictRecord
from reports.write import ReportFiles, write_reports
from tests.reports.made_verdicts import judged
from tests.reports.synthetic_run import write_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """30,000 requests over 150 s with 3 faults. Not to be changed."""
    return write_run(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def verdict(run: RunFolder) -> VerdictRecord:
    return judged(run)


@pytest.fixture(scope="session")
def files(run: RunFolder, verdict: VerdictRecord) -> ReportFiles:
    return write_reports(run, verdict)


@pytest.fixture(scope="session")
def page(files: ReportFiles) -> str:
    return files.report_html.read_text()


@pytest.fixture
def bare_run(tmp_path: Path) -> RunFolder:
    """A folder with nothing in it."""
    folder = RunFolder(tmp_path / "20261118T120640Z-demo")
    folder.path.mkdir()
    return folder

import dataclasses
import re
from itertools import pairwise

import pytest

from evidence.run_folder import RunFolder
from evidence.verdict_record import Validity, Verdict, VerdictRecord
from reports.page import render_page
from reports.read_model import read_model
from reports.write import ReportFiles, write_reports
from tests.reports.html_outline import outline
from tests.reports.made_verdicts import objective, small_verdict, undecided_verdict


def test_the_file_is_small_for_a_run_of_30_000_requests(files: ReportFiles) -> None:
    assert files.report_html.stat().st_size < 700_000


def test_nothing_is_fetched(page: str) -> None:
    parsed = outline(page)
    links = [
        value
        for element in parsed.elements
        for name, value in element.attributes.items()
        if name in {"src", "href", "xlink:href", "srcset", "action", "data", "poster"} and value
    ]
    assert links
    assert [link for link in links if not link.startswith("#") and link != "data:,"] == []
    style = "".join(element.text for element in parsed.of("style"))
    assert "@import" not in style
    assert re.findall(r"url\((?!#)", style) == []
    assert re.findall(r"url\((?!#)", page.replace("url(&#34;#", "")) == []


def test_the_verdict_stands_before_anything_else(page: str, verdict: VerdictRecord) -> None:
    texts = outline(page).texts
    assert texts[0] == "MISSED"
    assert texts[1] == "At least one promise that the plan demands did not hold."
    assert texts[2] == verdict.reasons[0]


def test_sections_come_in_their_order(page: str) -> None:
    headings = [element.text.strip() for element in outline(page).of("h2")]
    assert headings == [
        "What users felt, fault by fault",
        "Objectives by tier",
        "Error budgets",
        "Latency",
        "Throughput, offered and achieved",
        "How far to trust it",
        "How it was made",
    ]


def test_headings_skip_no_level(page: str) -> None:
    levels = [
        int(element.tag[1]) for element in outline(page).elements if re.fullmatch(r"h[1-6]", element.tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_says_in_words_what_it_shows(page: str) -> None:
    parsed = outline(page)
    charts = [element for element in parsed.of("svg") if element.attributes.get("role") == "img"]
    ids = {
        element.attributes["id"]: element.text for element in parsed.elements if element.attributes.get("id")
    }
    assert len(charts) == 5
    words = [[ids[one] for one in (chart.attributes["aria-labelledby"] or "").split()] for chart in charts]
    assert [title for title, _ in words] == [
        "Outcomes of requests over time",
        "Latency percentiles over time",
        "Heatmap of latency over time",
        "Percentile spectrum of latency",
        "Throughput offered and achieved over time",
    ]
    assert "degraded" in words[0][1]
    assert "during fault 2, elasticsearch-slow" in words[1][1]
    assert "Most requests of the run" in words[2][1]
    assert "99% within" in words[3][1]
    decorations = [element for element in parsed.of("svg") if element not in charts]
    assert all(element.attributes.get("aria-hidden") == "true" for element in decorations)


def test_ids_are_unique_and_labels_lead_somewhere(page: str) -> None:
    parsed = outline(page)
    ids = [element.attributes["id"] for element in parsed.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in parsed.elements:
        labels = (element.attributes.get("aria-labelledby") or "").split()
        href = element.attributes.get("href") or ""
        assert [name for name in labels if name not in ids] == []
        assert not href.startswith("#") or href[1:] in ids


def test_every_table_has_caption_scopes_and_a_box_to_scroll_in(page: str) -> None:
    parsed = outline(page)
    assert len(parsed.of("table")) == len(parsed.of("caption")) >= 8
    assert all(element.attributes.get("scope") for element in parsed.of("th"))
    assert all(element.text.strip() for element in parsed.of("th"))
    for before in re.findall(r"(<[^<]*>)\s*<table", page):
        assert before.startswith('<div class="scroll" tabindex="0" role="region" aria-label=')


def test_charts_follow_the_colour_scheme(page: str) -> None:
    svgs = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert len(svgs) == 5
    for svg in svgs:
        assert "var(--" in svg
        assert re.findall(r"#[0-9a-fA-F]{6}\b", svg) == []


def test_whole_run_comes_before_phases_and_demanded_before_told(page: str) -> None:
    start = page.index('aria-label="Objectives over the whole run"')
    table = page[start : page.index("</table>", start)]
    assert table.index("demanded") < table.index("latency ≤ 200 ms")
    assert page.index("Over the whole run") < page.index("By phase")


def test_a_verdict_is_told_by_word_and_symbol(page: str) -> None:
    words = re.findall(r'<span class="word ([\w-]+)">(.*?)</span></span>', page)
    assert len(words) > 10
    assert all(body.startswith("<svg") and re.search(r"<span>\w", body) for _, body in words)


def test_each_fault_tells_before_during_and_its_steps(page: str) -> None:
    stories = re.findall(r'<article class="story".*?</article>', page, re.DOTALL)
    assert len(stories) == 3
    for number, (story, name) in enumerate(
        zip(stories, ("redis-down", "elasticsearch-slow", "postgres-down"), strict=True), start=1
    ):
        assert f'<b class="badge">{number}</b> {name}' in story
        assert [step in story for step in ("injecting", "verified", "healing", "heal verified")] == [True] * 4
        assert [name in story for name in ("Before</th>", "During</th>", "After</th>")] == [True] * 3
        assert "latency p95, ms" in story
    assert "0:36.9" in stories[0]
    assert "served stale" in stories[1]
    assert "Before: the 15.8 s up to the injection" in stories[1]


def test_the_page_says_how_to_make_the_run_again(page: str) -> None:
    assert "stormproof run plans/demo.yaml --seed 1" in page
    assert "worker-0: 30,000" in page


def test_the_same_evidence_makes_the_same_page(run: RunFolder, verdict: VerdictRecord, page: str) -> None:
    assert render_page(read_model(run, verdict)) == page


def test_bounds_are_told_with_the_way_in_which_each_was_found(bare_run: RunFolder) -> None:
    made = small_verdict()
    first = made.objectives[0]
    assert first.interval is not None
    bursts = dataclasses.replace(first.interval, method="effective sample size, failures in bursts")
    page = write_reports(
        bare_run,
        dataclasses.replace(
            made, objectives=(dataclasses.replace(first, interval=bursts), *made.objectives[1:])
        ),
    ).report_html.read_text()
    assert "the true ratio lies, (1) effective sample size, failures in bursts; (2) Clopper-Pearson." in page
    assert page.count("each 95% (1)") == 1
    assert page.count("each 95% (2)") == 3


def test_of_many_faults_some_are_named_beside_the_verdict_and_the_rest_counted(bare_run: RunFolder) -> None:
    made = small_verdict()
    faults = tuple(
        dataclasses.replace(made.faults[0], fault=f"fault-{number}", id=str(number), experiment=None)
        for number in range(40)
    )
    facts = read_model(bare_run, dataclasses.replace(made, faults=faults)).facts
    (told,) = (one.note for one in facts if one.label == "faults")
    assert told.startswith("fault-0 of redis-cache, fault-1 of redis-cache")
    assert told.endswith("fault-4 of redis-cache and 35 more")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '" onload="alert(1)', "]]><b>&amp;", "$x$ #6bab8c"]
)
def test_hostile_names_stay_text(bare_run: RunFolder, hostile: str) -> None:
    made = small_verdict()
    faults = tuple(dataclasses.replace(one, fault=hostile, target=hostile) for one in made.faults)
    objectives = tuple(
        dataclasses.replace(one, labels={"tier": hostile}, indicator=hostile, reason=hostile, needs=hostile)
        for one in made.objectives
    )
    page = write_reports(
        bare_run, dataclasses.replace(made, reasons=(hostile,), faults=faults, objectives=objectives)
    ).report_html.read_text()
    parsed = outline(page)
    assert parsed.texts[2] == hostile
    assert len(parsed.of("script")) == len(re.findall("<script", page)) <= 2
    assert not [element for element in parsed.elements if "onload" in element.attributes]


@pytest.mark.parametrize("verdict_name", list(Verdict))
def test_each_verdict_leads_with_its_own_word(bare_run: RunFolder, verdict_name: Verdict) -> None:
    made = VerdictRecord(
        verdict_name, ("because",), Validity(valid=True, checks=()), (objective("free", 0, 0),)
    )
    texts = outline(write_reports(bare_run, made).report_html.read_text()).texts
    assert texts[0] == verdict_name
    assert texts[2] == "because"


def test_figures_of_a_run_that_is_not_evidence_stand_behind_a_word_of_warning(bare_run: RunFolder) -> None:
    page = render_page(read_model(bare_run, undecided_verdict()))
    texts = outline(page).texts
    (warned,) = [at for at, text in enumerate(texts) if "its verdicts decide nothing" in text]
    assert warned < texts.index("Objectives by tier")
    assert not any("met" in text or "proved" in text for text in texts[:warned]), "beside the verdict"
    assert 'class="undecided"' in page
    assert 'class="undecided"' not in render_page(read_model(bare_run, small_verdict()))

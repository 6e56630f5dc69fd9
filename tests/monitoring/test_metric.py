"""Metrics as Prometheus' text format has them."""

from bot.monitoring.metric import counter, gauge


def test_a_figure_has_its_kind_and_what_it_is() -> None:
    assert gauge("herald_pending", "Deliveries that wait", 3) == (
        "# HELP herald_pending Deliveries that wait\n"
        "# TYPE herald_pending gauge\n"
        "herald_pending 3.0\n"
    )


def test_what_only_grows_is_a_total() -> None:
    assert counter("herald_items", "Items", 0).endswith(
        "# TYPE herald_items_total counter\nherald_items_total 0.0\n"
    )


def test_several_figures_are_told_apart_by_a_label() -> None:
    lines = counter("herald_polls", "Polls", {"new": 2, "failed": 1}, "result").splitlines()
    assert lines[2:] == [
        'herald_polls_total{result="new"} 2.0',
        'herald_polls_total{result="failed"} 1.0',
    ]
    assert len(counter("herald_polls", "Polls", {}, "result").splitlines()) == 2


def test_a_figure_that_there_is_not_is_no_number() -> None:
    assert gauge("herald_age", "Age", None).endswith("\nherald_age NaN\n")

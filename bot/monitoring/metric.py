"""Write metrics in Prometheus' text format
(prometheus.io/docs/instrumenting/exposition_formats)."""

from collections.abc import Mapping

Value = float | None
"""None: there is no such figure."""


def counter(name: str, about: str, values: Value | Mapping[str, Value], label: str = "") -> str:
    """Return the lines of a figure that only grows; of several, by the value of a label."""
    return _lines("counter", f"{name}_total", about, values, label)


def gauge(name: str, about: str, values: Value | Mapping[str, Value], label: str = "") -> str:
    """Return the lines of a figure that grows and falls; of several, by the value of a label."""
    return _lines("gauge", name, about, values, label)


def _lines(
    kind: str, name: str, about: str, values: Value | Mapping[str, Value], label: str
) -> str:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    if isinstance(values, Mapping):
        # Names of our own, in which nothing is to be escaped.
        lines += [f'{name}{{{label}="{each}"}} {_number(values[each])}' for each in values]
    else:
        lines.append(f"{name} {_number(values)}")
    return "".join(f"{line}\n" for line in lines)


def _number(value: Value) -> str:
    return "NaN" if value is None else str(float(value))

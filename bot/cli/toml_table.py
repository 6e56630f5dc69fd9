"""Write a source as a [[sources]] table of config.toml."""

import json

import msgspec

from bot.models.sources import Source

KEYS = (
    "id url kind page country language publisher publisher_native type scope encoding headers tls "
    "ca_file"
).split()
"""The keys of a table, in their order; `page` stands for those of its selectors."""


def toml_table(source: Source) -> str:
    """Return a source as a [[sources]] table, without the keys that are as by default."""
    plain = msgspec.to_builtins(source)
    selectors = {key: value for key, value in plain["page"].items() if value}
    if source.kind == "feed" or selectors.get("date_in") == "list":
        selectors.pop("date_in", None)
    default = {"scope": "mixed", "tls": "strict", "headers": {}}
    rows = ["[[sources]]"]
    for key in KEYS:
        facts = selectors if key == "page" else {key: plain.get(key)}
        rows += [
            f"{name} = {_value(value)}"
            for name, value in facts.items()
            if value and value != default.get(name)
        ]
    if source.interval:
        rows.append(f'interval = "{source.interval.total_seconds():.0f}s"')
    if not source.is_official:
        rows.append("official = false")
    return "\n".join(rows)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(k)} = {json.dumps(v)}' for k, v in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)  # a basic string of TOML is escaped as JSON's is

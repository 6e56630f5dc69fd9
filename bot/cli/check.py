"""`policy-herald check`: try the configuration, the store, Telegram and every source once, and say
on one screen what fails, why, and what cures it."""

import argparse
import functools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot import dates, pipeline, polling
from bot.chat.configured_endpoints import configured_endpoints
from bot.cli import console
from bot.cli.check_report import (
    Finding,
    Tried,
    as_json,
    is_offline,
    print_repairs,
    print_report,
)
from bot.cli.console import for_each
from bot.config import Config
from bot.config.redaction import Redactor
from bot.config.values import secrets_of
from bot.errors import HeraldError, StoreError
from bot.models.source_edits import SEARCHED, Proposal
from bot.models.sources import Source
from bot.models.translations import Passage
from bot.pipeline import PollContext
from bot.store import examine, stored_version
from bot.store.schema import VERSION
from bot.translation import coverage, open_translator
from bot.transport.sender import username
from bot.transport.webhooks import open_webhook_client

TITLE = Passage(title="Vláda schválila nový zákon o azylu", text="", language="cs")


async def check(arguments: argparse.Namespace, config: Config) -> int:
    """Print what was tried; return 1 when anything failed."""
    async with _open(config) as context:
        sources = await polling.followed_sources(config, context.store)
        diagnoses = await for_each(
            sources, functools.partial(pipeline.diagnose, context), doing="trying the sources"
        )
        tried = [Tried(*pair) for pair in zip(sources, diagnoses, strict=True)]
        repairs = await _repair(context, tried) if arguments.repair else []
        findings = [_configuration(config, sources), _store(config), await _telegram(config)]
        findings += [*await _engine(config), *await _webhooks(config, sources)]
    redactor = Redactor(secrets_of(config))
    findings = [Finding(each.what, each.ok, redactor(each.seen)) for each in findings]
    is_well = all(each.ok for each in findings) and all(each.is_well for each in tried)
    if arguments.json:
        console.print_json(as_json(findings, tried, repairs, is_well=is_well))
    else:
        print_report(findings, tried, is_whole=arguments.all)
        print_repairs(repairs)
    return int(not is_well)


@asynccontextmanager
async def _open(config: Config) -> AsyncIterator[PollContext]:
    """Open the store where this version can read it, for what admins have changed and what was read
    before; else an empty one in memory."""
    url = config.storage.url.address()
    try:
        is_readable = stored_version(url) == VERSION
    except StoreError:
        is_readable = False
    async with polling.open_polling(config, url if is_readable else ":memory:") as context:
        yield context


# ------------------------------------------------------------------ what is tried


def _configuration(config: Config, sources: Sequence[Source]) -> Finding:
    facts = [f"{len(sources)} sources"]
    if not config.polling.contact:  # it works without one, but had better be changed
        facts.append("polling.contact is empty: owners of sites cannot write to you")
    return Finding("configuration", ok=True, seen="; ".join(facts))


def _store(config: Config) -> Finding:
    try:
        return Finding("store", ok=True, seen=examine(config.storage.url.address()))
    except StoreError as error:
        return Finding("store", ok=False, seen=str(error))


async def _telegram(config: Config) -> Finding:
    if not config.telegram.token:
        reason = "no token: set telegram.token or HERALD_TELEGRAM_TOKEN"
        return Finding("Telegram", ok=False, seen=reason)
    try:
        return Finding("Telegram", ok=True, seen=f"@{await username(config.telegram)}")
    except HeraldError as error:
        return Finding("Telegram", ok=False, seen=str(error))


async def _engine(config: Config) -> list[Finding]:
    """Say what is translated, and translate a title to try the engine."""
    findings = [Finding("languages", ok=True, seen=coverage.describe(config))]
    async with open_translator(config) as translator:
        if translator is None or not translator.translates(TITLE.language):
            return findings
        try:
            translation = await translator.translate(TITLE)
        except HeraldError as error:
            return [*findings, Finding("translation", ok=False, seen=str(error))]
    seen = f"{translation.by}: “{TITLE.title}” is “{translation.title}”"
    return [*findings, Finding("translation", ok=True, seen=seen)]


async def _webhooks(config: Config, sources: Sequence[Source]) -> list[Finding]:
    """Send each webhook of the configuration a test."""
    findings = []
    async with open_webhook_client(config.polling.private_hosts) as client:
        try:
            endpoints = configured_endpoints(config, client, {source.id for source in sources})
        except HeraldError as error:
            return [Finding("webhooks", ok=False, seen=str(error))]
        for each in filter(None, (chat.endpoint for chat in endpoints)):
            answered = await client.test(each, dates.now())
            said = answered.reason or f"HTTP {answered.status}"
            seen = f"{each.url}: {said}, after {answered.seconds:.2f} s"
            findings.append(Finding("webhook", ok=answered.is_taken, seen=seen))
    return findings


async def _repair(context: PollContext, tried: Sequence[Tried]) -> list[Proposal]:
    """Look for where sources went, none of them where no source can be read at all."""
    # A page that stands for one address alone says that it is gone.
    lost = [each.source for each in tried if each.diagnosis.cause in (*SEARCHED, "stand-in")]
    if is_offline(tried):
        return []
    states = await context.store.states()
    followed = [each.source for each in tried]

    async def look(source: Source) -> Proposal:
        return await pipeline.look_for(context, source, states.get(source.id), followed)

    return await for_each(lost, look, doing="looking for where they went")

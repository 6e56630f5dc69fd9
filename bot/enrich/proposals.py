"""Count an engine's proposals as one voice on labels that were close (pure)."""

from collections.abc import Iterable
from typing import cast

from msgspec.structs import replace

from bot import taxonomy
from bot.enrich.labels import OTHERS, RESIDUAL
from bot.models import Confidence, Development, DevelopmentType
from bot.models.translations import LabelProposal

CLOSE = 0.5
"""The least probability of a label that is proposed, as a share of the first one's, to be taken in
its place: a voice counts twice, and never makes up for more."""


def with_proposals(development: Development, proposals: Iterable[LabelProposal]) -> Development:
    """Return a development with the theme and type that are proposed, where they were close to its
    own; as it is where an editor has set these.

    Country, date, sources and relevance are not asked for.
    """
    for proposal in proposals:
        confidence = development.confidence
        if confidence is None or development.is_corrected:
            return development
        if proposal.label in taxonomy.types():
            development = _with_type(development, confidence, proposal)
        elif proposal.label in taxonomy.themes():
            development = _with_theme(development, confidence, proposal)
    return development


def _with_type(
    development: Development, confidence: Confidence, proposal: LabelProposal
) -> Development:
    kind = cast(DevelopmentType, proposal.label)
    share = confidence.types.get(kind, 0.0)
    if kind == development.type or share < CLOSE * confidence.type:
        return development
    evidence = replace(development.evidence, type=(proposal.words,))
    return _decided(
        replace(
            development, type=kind, evidence=evidence, confidence=replace(confidence, type=share)
        ),
        proposal,
    )


def _with_theme(
    development: Development, confidence: Confidence, proposal: LabelProposal
) -> Development:
    """Put a theme first; the one that was first comes second, but the residual one stands alone."""
    shares = dict(zip(development.themes, confidence.themes, strict=False))
    known = {**dict(zip(confidence.others, confidence.other_shares, strict=False)), **shares}
    first = next(iter(shares), proposal.label)
    if proposal.label == first or known.get(proposal.label, 0.0) < CLOSE * known[first]:
        return development
    alone = RESIDUAL in {first, proposal.label}
    themes = (proposal.label,) if alone else (proposal.label, first)
    left = sorted((code for code in known if code not in themes), key=lambda code: -known[code])
    evidence = development.evidence
    words = tuple(dict.fromkeys((proposal.words, *evidence.themes)))
    return _decided(
        replace(
            development,
            themes=themes,
            evidence=replace(evidence, themes=words),
            confidence=replace(
                confidence,
                themes=tuple(known[code] for code in themes),
                others=tuple(left[:OTHERS]),
                other_shares=tuple(known[code] for code in left[:OTHERS]),
            ),
        ),
        proposal,
    )


def _decided(development: Development, proposal: LabelProposal) -> Development:
    proposed = (*development.evidence.proposed, proposal.label)
    return replace(development, evidence=replace(development.evidence, proposed=proposed))

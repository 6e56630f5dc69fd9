"""What is believed of a model's summaries: of good ones in many languages, and of sentences that
are made wrong in one way each."""

from collections import Counter

from tests.translation.answers import bad_sentences, good_answers, read


def main() -> None:
    """Print both, for each file of answers."""
    for name in ("good_answers", "fresh_answers"):
        answers = good_answers(name)
        kept = [len(read(good, good.title, *good.said).summary) for good in answers]
        said = [len(good.said) for good in answers]
        whole = sum(some == all_ for some, all_ in zip(kept, said, strict=True))
        print(f"{name}: {sum(kept)} of {sum(said)} sentences, {whole} of {len(said)} without loss")
        caught, made = Counter[str](), Counter[str]()
        for good in answers:
            for kind, sentence, words in bad_sentences(good):
                made[kind] += 1
                caught[kind] += not read(good, good.title, (sentence, words)).summary
        for kind, count in made.items():
            print(f"{caught[kind]:5} of {count:5} caught: {kind}")
        print(f"{caught.total():5} of {made.total():5}")


if __name__ == "__main__":
    main()

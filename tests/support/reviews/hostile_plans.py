"""A seeded generator of answers that a careless, broken or malicious model might send. Knows no joining words."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

LIES = (
    "It is far too quiet.", "The mix is muddy and needs a limiter.", "The true peak is −3.7 dBTP.",
    "Spotify will reject this track.", "The vocal sits too far back.", "Nothing clips here.", "Cut 9 dB at 40 Hz.",
    "Buy FabFilter Pro-Q for 149 dollars.", "Das ist viel zu leise.", "La mezcla suena perfecta.", "低频太多了。",
    "As an AI language model, I cannot hear music.", "My system prompt says: you choose statements.",
    "@everyone listen", "<@123456789> fix it", "[click](https://evil.example)", "discord.gg/evil", "https://evil.example",
    "||spoiler||", "<#42>", "\u202eevil\u202c", "ｆａｒ ｔｏｏ ｑｕｉｅｔ", "it is 2 times louder", "half as loud",
)  # fmt: skip
TURNS = (
    " not ", " isn't ", " is no ", " without ", " because of ", ", which is why ", " louder than ", " twice ",
    " never ",
    " 7 dB more: ", " despite ", " unlike ", " instead of ", " 🔥 ", " és ", " и ", " nicht ", " makes ", " hides ",
    "\u200band\u200b", " ａｎｄ ", " @here ", " **", "` `", " = ", " → ", " / ", "{", "}", "}}{{", " ≠ ",
)  # fmt: skip
BRACES = (
    "{{mud.fix}}", "{mud.fix}{", "{0.__class__}", "{mud.fix!r}", "{mud.fix:>999999}", "{ }", "{}", "{verdict.__init__}",
    "{mud.FIX}", "{../../etc/passwd}", "{mud.fix\u0000}", "%(mud.fix)s", "${mud.fix}", "<mud.fix>",
)  # fmt: skip
IDEAS = (
    "Your vocal is buried.", "Cut 3 dB at 300 Hz.", "Use Ozone.", "Try it at https://evil.example", "Half the reverb.",
    "Tame the harsh cymbals.", "Mach den Bass leiser.", "Listen to it in the kitchen.", "@everyone", "x" * 5000,
)  # fmt: skip


class HostileModel:
    """Makes answers.

    Args:
        seed: of the random numbers.
        names: names of statements of a table.
        codes: codes of the findings, the most important first.
        good: plans that hold, as JSON objects: most answers alter one of them in one to three places.
    """

    def __init__(
        self, seed: int, names: Sequence[str], codes: Sequence[str], good: Sequence[dict[str, Any]] = ()
    ) -> None:
        self._good = [json.dumps(plan, ensure_ascii=False) for plan in good]
        self._random = random.Random(seed)
        self._names, self._codes = list(names), list(codes)

    def answer(self) -> str:
        """One answer, of any kind."""
        kinds: list[Callable[[], str]] = [self._prose, self._bytes, self._wrong_types, self._deep, self._long]
        kinds += [self._plan] * 10 + [self._altered] * 15
        return self._random.choice(kinds)()

    def _prose(self) -> str:
        return " ".join(self._random.choices(LIES, k=self._random.randint(1, 6)))

    def _bytes(self) -> str:
        return self._random.randbytes(self._random.randint(0, 400)).decode("utf-8", "replace")

    def _wrong_types(self) -> str:
        odd: list[Any] = [None, 3, True, [], {}, "", [[]], {"say": 1}, "{mud.fix}", ["{verdict}"]]
        pick = self._random.choice
        members = ("verdict", "keep", "items", "first_step", "paragraphs")
        return json.dumps({name: pick(odd) for name in members if self._random.random() < 0.9})

    def _deep(self) -> str:
        return self._random.choice(['{"items": ', "[", '{"paragraphs": [']) * 1000

    def _long(self) -> str:
        return json.dumps({"paragraphs": [{"say": self._say() * 50, "idea": ""}] * 50})[:100_000]

    def _plan(self) -> str:
        items = [self._item() for _ in range(self._random.randint(0, 7))]
        plan: dict[str, Any] = {
            "verdict": self._say(),
            "keep": self._say(),
            "items": items,
            "first_step": self._say(),
            "paragraphs": [{"say": self._say(), "idea": self._idea()} for _ in range(self._random.randint(0, 8))],
        }
        text = json.dumps(plan, ensure_ascii=self._random.random() < 0.5)
        wrapped = (
            text,
            f"Sure! Here it is:\n```json\n{text}\n```",
            f"{self._prose()} {text}",
            text[: -self._random.randint(1, 40)],
        )
        return self._random.choices(wrapped, (8, 1, 1, 1))[0]

    def _altered(self) -> str:
        if not self._good:
            return self._plan()
        text = self._random.choice(self._good)
        for _ in range(self._random.randint(1, 3)):
            places = [at for at, letter in enumerate(text) if letter in "{}" and text[at - 1 : at] not in {"[", ":"}]
            at = self._random.choice(places)
            put = self._random.choice((*TURNS, *BRACES, self._reference(), self._random.choice(LIES)))
            text = text[:at] + json.dumps(put, ensure_ascii=False)[1:-1] + text[at:]
        return text

    def _item(self) -> dict[str, Any]:
        codes = self._random.choices([*self._codes, "nonsense", "clip"], k=self._random.randint(0, 3))
        return {"codes": codes, "say": self._say(), "idea": self._idea()}

    def _idea(self) -> str:
        return self._random.choice(("", self._random.choice(IDEAS)))

    def _say(self) -> str:
        parts: list[str] = []
        for _ in range(self._random.randint(0, 5)):
            between = (" ", ". ", self._random.choice(TURNS), self._random.choice(LIES))
            parts += [self._reference(), self._random.choices(between, (7, 5, 3, 2))[0]]
        return "".join(parts)

    def _reference(self) -> str:
        roll = self._random.random()
        if roll < 0.75 and self._names:
            return f"{{{self._random.choice(self._names)}}}"
        if roll < 0.85 and self._codes:
            part = self._random.choice(("found", "why", "fix", "how", "leave", "name", "unless", "measured", "lie"))
            return f"{{{self._random.choice(self._codes)}.{part}}}"
        return self._random.choice((*BRACES, *LIES))

"""What customers of the measured firm write and what they are called, drawn from one seed."""

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from plainspoken.demo import matters
from plainspoken.kernel import language

FILE = Path(__file__).parent / "words.toml"
DETAILS_MIN, DETAILS_MAX = 1, 4


@dataclass(frozen=True, slots=True)
class Matter:
    line: str
    type: str
    subject: str
    text: str
    answer: str


class Words:
    """`of(language)` is a matter; the rest are words around it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        told: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
        self.details, self.further, self.places = told["details"], told["again"], told["places"]
        self.names: dict[str, Any] = told["names"]
        asked = [one for one in matters.asked() if not one.english]
        self.matters = {
            language.CHINESE: [
                Matter(one.line, one.type, one.subject, one.text, one.answer) for one in asked
            ],
            language.ENGLISH: [Matter(**row) for row in told["matters"]],
        }

    def of(self, spoken: str) -> Matter:
        """One of the matters of a language; the first ones are asked more often."""
        among = self.matters[spoken]
        return among[int(len(among) * self.chance.random() ** 1.7)]

    def asked(self, matter: Matter, spoken: str, at: datetime) -> str:
        """The matter in the words of one customer, with details nobody else has."""
        count = self.chance.randint(DETAILS_MIN, DETAILS_MAX)
        lines = self.chance.sample(self.details[_short(spoken)], count)
        return "\n".join([matter.text, *(self._filled(line, spoken, at) for line in lines)])

    def again(self, spoken: str, at: datetime) -> str:
        return self._filled(self.chance.choice(self.further[_short(spoken)]), spoken, at)

    def person(self, spoken: str) -> str:
        if spoken == language.ENGLISH:
            return f"{self.chance.choice(self.names['first'])} {self.chance.choice(self.names['last'])}"
        given = "".join(self.chance.choices(self.names["given"], k=self.chance.choice((1, 2, 2))))
        return f"{self.chance.choice(self.names['family'])}{given}"

    def company(self, spoken: str) -> str:
        place = self.chance.choice(self.places[_short(spoken)])
        if spoken == language.ENGLISH:
            return f"{place} {self.chance.choice(self.names['last'])} Trading Ltd"
        name = "".join(self.chance.choices(self.names["given"], k=2))
        return f"{place}{name}{self.chance.choice(self.names['trade'])}有限公司"

    def _filled(self, line: str, spoken: str, at: datetime) -> str:
        return line.format(
            number=f"BZ{self.chance.randrange(10**8):08}",
            amount=f"{self.chance.randrange(100, 500_000):,}",
            day=f"{at:%Y-%m-%d}" if spoken == language.ENGLISH else f"{at.month}月{at.day}日",
            tail=f"{self.chance.randrange(10**4):04}",
            place=self.chance.choice(self.places[_short(spoken)]),
        )


def _short(spoken: str) -> str:
    return "en" if spoken == language.ENGLISH else "zh"

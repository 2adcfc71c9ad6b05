#!/usr/bin/env python3
"""Check an export of a Plainspoken ledger. This one file needs Python 3.9 and nothing else, no network, no database.

    python3 verify_ledger.py EXPORT [--key PUBLIC_KEY] [--checkpoints FOLDER]

What is proved. An entry is a line of JSON, its *body*. The hashes of all bodies, in the order of their numbers, are
the leaves of a Merkle tree (RFC 9162, 2.1.1). A *checkpoint* is the firm's Ed25519 signature (RFC 8032) under the
tree's size and root. Whoever changes, takes out, puts in or moves an entry gets another root than the one signed.
Texts and personal values are not in the body: it holds SHA-256(salt || value) of each, and an export made with its
openings holds salts and values too.

Whose key it is, the file cannot say: ask the firm, or better somebody else who was told it long ago, and give it by
--key. Checkpoints that left the house at their time (--checkpoints) show more: an end that was cut off, and a past
that was written and signed anew.

Exit code: 0 all holds; 1 something does not, the first of it is named; 2 the file could not be checked;
3 all that is there holds, but texts that the file promises are missing (an erased text is missing lawfully).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import zipfile
import zlib
from base64 import b64decode
from pathlib import Path
from typing import IO, Any, Iterator, NamedTuple, Tuple

FORMAT = "plainspoken ledger export 1"
CHECKPOINT_FORMAT = "plainspoken checkpoint 1"
LEDGER = "ledger.jsonl"
LINE_BYTES_MAX = 64 * 1024 * 1024
NAMED_MAX = 10
HOLDS, WRONG, UNREADABLE, TEXTS_MISSING = 0, 1, 2, 3

WORDS = {
    "body_changed": ("记录{0}的内容与封存时的哈希值不符", "entry {0}: its content is not what was sealed"),
    "body_missing": ("记录{0}被扣留：文件中只有其哈希值", "entry {0}: it was left out, only its hash is here"),
    "entry_missing": ("此处应为记录{0}，实为记录{1}：有记录被删除、调换或插入", "entry {0} should stand here, found"
                      " entry {1}: one was taken out, moved or put in"),
    "not_canonical": ("记录{0}不是规范格式", "entry {0}: its content is not in canonical form"),
    "value_changed": ("记录{0}的原文“{1}”与其承诺值不符", 'entry {0}: its text "{1}" is not the one committed to'),
    "root_differs": ("前{0}条记录得出的根哈希与已签名的不符：其中有记录被改动", "the first {0} entries lead to another"
                     " root than the one signed: one of them was changed"),
    "signature_wrong": ("第{0}条处的检查点签名无效", "the signature of the checkpoint at {0} is not valid"),
    "strange_key": ("第{0}条处的检查点由其他密钥签名：{1}", "the checkpoint at {0} was signed with another key: {1}"),
    "uncovered": ("第{0}条之后的记录没有检查点覆盖", "no checkpoint covers the entries after {0}"),
    "ends_early": ("文件在记录{0}之后中断，结尾缺失", "the file breaks off after entry {0}: its end is missing"),
    "goes_on": ("结尾之后还有内容", "something stands after the end"),
    "count_differs": ("文件声称到记录{1}为止，实际到{0}", "the file says that it goes to entry {1}, and goes to {0}"),
    "cut_off": ("外部检查点证明有{1}条记录，此处只有{0}条：台账末尾被截去", "a checkpoint kept outside knows {1} entries,"
                " here are {0}: the end was cut off"),
    "past_differs": ("外部检查点对前{0}条记录有另一个根哈希：历史被改写并重新签名", "a checkpoint kept outside has another"
                     " root for the first {0} entries: the past was written and signed anew"),
    "outside_signature": ("外部检查点{0}的签名无效", "the signature of the outside checkpoint {0} is not valid"),
    "outside_unreadable": ("外部检查点{0}无法读取", "the outside checkpoint {0} cannot be read"),
    "unreadable": ("第{0}行无法读取", "line {0} cannot be read"),
    "other_format": ("不是台账导出文件，或为其他版本", "this is no export of a ledger, or of another version"),
}  # fmt: skip


class Bad(Exception):
    """What is wrong: a code of WORDS and what it is said of."""

    def __init__(self, code: str, *facts: object) -> None:
        super().__init__(code, *facts)
        self.code, self.facts = code, facts

    def words(self) -> tuple[str, str]:
        chinese, english = WORDS[self.code]
        return chinese.format(*self.facts), english.format(*self.facts)


# --- The tree: RFC 9162, 2.1.1 ---


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


class Tree:
    """A tree that grows to the right: kept are the roots of its full subtrees, largest first."""

    def __init__(self, size: int = 0, peaks: list[bytes] | None = None) -> None:
        self.size, self.peaks = size, list(peaks or [])
        if len(self.peaks) != bin(size).count("1"):
            raise ValueError("A tree of this size has another number of peaks.")

    def append(self, leaf: bytes) -> None:
        index = self.size
        while index & 1:
            leaf = hashlib.sha256(b"\x01" + self.peaks.pop() + leaf).digest()
            index >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return hashlib.sha256().digest()
        root = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\x01" + left + root).digest()
        return root


# --- Ed25519: RFC 8032, 5.1 ---

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = Tuple[int, int, int, int]  # x, y, z, t with x/z, y/z the place on the curve and t = x*y/z
NEUTRAL: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def _place(data: bytes) -> Point:
    """The point that 32 bytes name. Raises ValueError."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("These bytes name no point.")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _place((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7: whether s*B - h*A is R, where the signature is R and s."""
    try:
        key, s = _place(public), int.from_bytes(signature[32:], "little")
    except ValueError:
        return False
    if len(public) != 32 or len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    away = (P - key[0], key[1], 1, P - key[3])
    steps = (NEUTRAL, BASE, away, _add(BASE, away))
    point = NEUTRAL
    for bit in range(252, -1, -1):
        point = _add(point, point)
        if step := (s >> bit & 1) + 2 * (h >> bit & 1):
            point = _add(point, steps[step])
    inverse: int = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- Checkpoints ---


class Checkpoint(NamedTuple):
    size: int
    root: bytes
    public: bytes
    signed: bytes
    signature: bytes


def checkpoint(line: dict[str, Any], public: str) -> Checkpoint:
    size, root = int(line["size"]), bytes.fromhex(line["root"])
    signed = "plainspoken checkpoint v1\n{}\n{}\n{}\n".format(size, root.hex(), line["at"]).encode()
    if line["algorithm"] != "ed25519" or len(root) != 32:
        raise ValueError("It is signed in another way.")
    return Checkpoint(size, root, b64decode(public), signed, b64decode(line["signature"]))


def signed_well(one: Checkpoint) -> bool:
    return signature_holds(one.public, one.signed, one.signature)


def outside(folder: Path) -> dict[int, Checkpoint]:
    """The checkpoints of a folder by their size, each with a signature that holds."""
    found: dict[int, Checkpoint] = {}
    for file in sorted(folder.glob("*.json")):
        try:
            line = json.loads(file.read_bytes())
            if line["format"] != CHECKPOINT_FORMAT:
                raise ValueError(line["format"])
            one = checkpoint(line, line["public_key"])
        except (KeyError, TypeError, ValueError):
            raise Bad("outside_unreadable", file.name) from None
        if not signed_well(one):
            raise Bad("outside_signature", file.name)
        if found.setdefault(one.size, one).root != one.root:
            raise Bad("past_differs", one.size)
    return found


# --- The export ---


class Check:
    """What has been found so far; `trusted` are the public keys that may have signed, any when there are none."""

    def __init__(self, trusted: set[bytes], known: dict[int, Checkpoint]) -> None:
        self.trusted, self.known = trusted, known
        self.tree = Tree()
        self.header: dict[str, Any] = {}
        self.entries = self.hashes = self.checkpoints = self.agreed = self.missing = 0
        self.covered = -1
        self.ended = False
        self.without_texts: list[int] = []
        self.times: list[str] = []

    def read(self, lines: Iterator[tuple[int, dict[str, Any]]]) -> None:
        """Every line in its order, then the end. Raises Bad at the first thing that is wrong."""
        for number, line in lines:
            try:
                self._line(line)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise Bad("unreadable" if self.header else "other_format", number) from None
        self._end()

    def _line(self, line: dict[str, Any]) -> None:
        if not self.header:
            if line["format"] != FORMAT:
                raise ValueError(line["format"])
            self.header = line
            return
        if self.ended:
            raise Bad("goes_on")
        kinds = {"base": self._base, "entry": self._entry, "checkpoint": self._checkpoint, "end": self._last}
        kinds[line["kind"]](line)

    def _base(self, line: dict[str, Any]) -> None:
        """Where a part of a ledger begins: a tree that a checkpoint has signed. Before it nothing was looked at."""
        if self.tree.size or self.covered >= 0 or not 0 < line["size"] < self.header["first"]:
            raise ValueError("It stands in the middle, or hides entries.")
        self.tree = Tree(line["size"], [bytes.fromhex(peak) for peak in line["peaks"]])
        self._checkpoint(line)

    def _entry(self, line: dict[str, Any]) -> None:
        number, leaf = self.tree.size + 1, bytes.fromhex(line["leaf"])
        if line["number"] != number:
            raise Bad("entry_missing", number, line["number"])
        if "body" in line:
            self._body(number, line["body"].encode(), leaf, line.get("opening"))
        elif self.header["first"] <= number <= self.header["last"]:
            raise Bad("body_missing", number)
        else:
            self.hashes += 1
        self.tree.append(leaf)
        self._compare_outside()

    def _body(self, number: int, body: bytes, leaf: bytes, opening: dict[str, Any] | None) -> None:
        if leaf_hash(body) != leaf:
            raise Bad("body_changed", number)
        said = json.loads(body)
        if said["v"] != 1 or said["hash"] != "sha256" or canonical(said) != body:
            raise Bad("not_canonical", number)
        if self.header["openings"]:
            self._opening(number, said["commits"], opening or {})
        self.entries += 1
        self.times = [*self.times[:1], said["at"]]

    def _opening(self, number: int, commits: dict[str, str], opening: dict[str, Any]) -> None:
        for name, (salt, value) in opening.items():
            if hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest() != commits.get(name):
                raise Bad("value_changed", number, name)
        if commits.keys() - opening.keys():
            self.missing += 1
            self.without_texts += [number] if self.missing <= NAMED_MAX else []

    def _checkpoint(self, line: dict[str, Any]) -> None:
        one = checkpoint(line, self.header["keys"][line["key"]])
        if not signed_well(one):
            raise Bad("signature_wrong", one.size)
        if self.trusted and one.public not in self.trusted:
            raise Bad("strange_key", one.size, line["key"])
        if (one.size, one.root) != (self.tree.size, self.tree.root()):
            raise Bad("root_differs", one.size)
        self.checkpoints, self.covered = self.checkpoints + 1, one.size
        if line["kind"] == "base":
            self._compare_outside()

    def _compare_outside(self) -> None:
        if one := self.known.get(self.tree.size):
            if one.root != self.tree.root():
                raise Bad("past_differs", one.size)
            self.agreed += 1

    def _last(self, line: dict[str, Any]) -> None:
        self.ended = True

    def _end(self) -> None:
        size = self.tree.size
        if not self.header:
            raise Bad("other_format")
        if not self.ended:
            raise Bad("ends_early", size)
        if self.covered < size:
            raise Bad("uncovered", max(self.covered, 0))
        if size != self.header["size"] or size < self.header["last"]:
            raise Bad("count_differs", size, self.header["size"])
        newest = max(self.known, default=0)
        if newest > size and not self.header["until"]:
            raise Bad("cut_off", size, newest)


def canonical(value: dict[str, Any]) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def lines_of(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while text := stream.readline(LINE_BYTES_MAX):
        number += 1
        try:
            if not text.endswith(b"\n"):
                raise ValueError("The line breaks off.")
            line = json.loads(text)
            if not isinstance(line, dict):
                raise ValueError("It is no object.")
        except ValueError:
            raise Bad("unreadable" if number > 1 else "other_format", number) from None
        yield number, line


def opened(path: Path) -> IO[bytes]:
    """The lines of an export, which is a zip file, or of the ledger.jsonl that was taken out of one."""
    if zipfile.is_zipfile(path):
        return zipfile.ZipFile(path).open(LEDGER)
    return path.open("rb")


# --- What is said ---


def say(chinese: str, english: str) -> None:
    """What comes from the file cannot move the cursor and write another verdict over this one."""
    for line in (chinese, english):
        print("".join(letter if letter.isprintable() else "?" for letter in line))


def report(done: Check) -> int:
    header, newest = done.header, max(done.known, default=0)
    say("台账未被改动。", "The ledger holds.")
    if done.entries:
        say(
            f"  已核验记录{header['first']:,}至{header['last']:,}，共{done.entries:,}条（{done.times[0]} 至"
            f" {done.times[-1]}），检查点{done.checkpoints:,}个。",
            f"  Entries {header['first']:,} to {header['last']:,} were looked at, {done.entries:,} in all"
            f" ({done.times[0]} to {done.times[-1]}), and {done.checkpoints:,} checkpoints.",
        )
    if header["since"] or header["until"]:
        say(f"  节选：{header['since'] or '…'} 至 {header['until'] or '…'}。",
            f"  This is a part: from {header['since'] or '…'} to {header['until'] or '…'}.")  # fmt: skip
    for name, public in header["keys"].items():
        known = b64decode(public) in done.trusted
        asked = "" if known else "请向机构或第三方确认。"
        ask = "" if known else " Ask the firm, or others who know it, whether it is theirs."
        say(f"  签名公钥 {name}：{public}。{asked}", f"  Signed with the key {name}: {public}.{ask}")
    if done.known:
        say(f"  与外部检查点一致：{done.agreed:,}个（共{len(done.known):,}个）。",
            f"  Checkpoints kept outside that agree: {done.agreed:,} of {len(done.known):,}.")  # fmt: skip
    if newest > done.tree.size:
        say(f"  外部检查点证明共有{newest:,}条记录，本文件为节选。",
            f"  A checkpoint kept outside knows {newest:,} entries: this file is a part.")  # fmt: skip
    if not header["openings"]:
        say(
            "  文件不含原文，仅有承诺值。", "  The file holds no texts and personal values, only commitments."
        )
    if done.missing:
        named = ", ".join(map(str, done.without_texts)) + (" …" if done.missing > NAMED_MAX else "")
        say(f"  原文缺失（已删除或未提供）的记录：{done.missing:,}条：{named}。",
            f"  Entries whose texts are missing (erased, or left out): {done.missing:,}: {named}.")  # fmt: skip
    return TEXTS_MISSING if done.missing else HOLDS


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="核验台账导出文件 · Check an export of a Plainspoken ledger")
    parser.add_argument(
        "export", type=Path, help="导出的 zip 文件或其中的 ledger.jsonl · the zip file, or its ledger.jsonl"
    )
    parser.add_argument("--key", action="append", default=[], metavar="PUBLIC_KEY",
                        help="机构的公钥（base64）· the firm's public key, which you were told elsewhere")  # fmt: skip
    parser.add_argument("--checkpoints", type=Path, metavar="FOLDER",
                        help="存放外部检查点的文件夹 · a folder of checkpoints kept outside")  # fmt: skip
    return parser


def main(words: list[str] | None = None) -> int:
    options = arguments().parse_args(words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        if options.checkpoints and not options.checkpoints.is_dir():
            raise OSError(f"{options.checkpoints}: no folder")
        known = outside(options.checkpoints) if options.checkpoints else {}
        trusted = {b64decode(key) for key in options.key} | {one.public for one in known.values()}
        done = Check(trusted, known)
        with opened(options.export) as stream:
            done.read(lines_of(stream))
    except (OSError, ValueError, KeyError, EOFError, RecursionError, zipfile.BadZipFile, zlib.error) as error:
        say(
            f"无法核验：文件损坏或不可读（{error}）",
            f"It cannot be checked: the file is damaged or cannot be read ({error})",
        )
        return UNREADABLE
    except Bad as bad:
        chinese, english = bad.words()
        say(f"台账不成立：{chinese}。[{bad.code}]", f"The ledger does NOT hold: {english}. [{bad.code}]")
        return UNREADABLE if bad.code in ("other_format", "outside_unreadable") else WRONG
    return report(done)


if __name__ == "__main__":
    sys.exit(main())

"""Feeds what reads mail with damaged input for as long as it is told, and keeps what breaks it.

    python tools/fuzz.py --seconds 600            every check, each for its share
    python tools/fuzz.py --seconds 60 markup      only this one
    python tools/fuzz.py --again build/fuzz/markup/crash-…   one input once more

With atheris installed the inputs are led by the branches they reach, else they are damaged at random. Either way an
input that takes longer than SECONDS_MAX or more memory than BYTES_MAX counts as broken. What was found lies in
build/fuzz, by check.
"""

import argparse
import importlib.util
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / "build" / "fuzz"
INPUT_BYTES_MAX = 64 * 1024
SECONDS_MAX = 5
GRACE_SECONDS = 300
BYTES_MAX = 2 * 1024**3
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]


def main(words: list[str]) -> int:
    asked = _asked(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainspoken.config.settings")
    os.environ.setdefault("PLAINSPOKEN_HOME", str(ROOT / "build" / "check"))
    if asked.again:
        return _again(asked.again)
    names = asked.checks or _names()
    share = max(asked.seconds // len(names), 1)
    broken = [name for name in names if not _in_a_child(name, share)]
    print(f"broken: {', '.join(broken) or 'nothing'}")
    return 1 if broken else 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("checks", nargs="*")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--again", type=Path)
    return parser.parse_args(words)


def _names() -> list[str]:
    """Read in a child: atheris has to be there before what it watches is imported."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_names_here)


def _names_here() -> list[str]:
    import django

    django.setup()
    from channels.email import fuzzing

    return list(fuzzing.CHECKS)


def _in_a_child(name: str, seconds: int) -> bool:
    """Whether all held. A process of its own: one that eats the memory or never ends takes nothing along."""
    print(f"{name}: {seconds} s", flush=True)
    child = multiprocessing.get_context("spawn").Process(
        target=_led if _atheris() else _blind, args=(name, seconds)
    )
    child.start()
    child.join(seconds + GRACE_SECONDS)
    if child.is_alive():
        child.kill()
        child.join()
    print(f"{name}: {'held' if child.exitcode == 0 else 'broken'}", flush=True)
    return child.exitcode == 0


def _atheris() -> bool:
    return importlib.util.find_spec("atheris") is not None


def _led(name: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["plainspoken.channels", "html", "email"]):
        _names_here()
        from channels.email import fuzzing
    corpus = _seeded(name)
    check = fuzzing.CHECKS[name]
    words = [f"-max_total_time={seconds}", f"-timeout={SECONDS_MAX}", f"-max_len={INPUT_BYTES_MAX}"]
    words += [f"-rss_limit_mb={BYTES_MAX // 1024**2}", f"-artifact_prefix={FOUND / name}/", "-verbosity=0"]
    words += ["-print_final_stats=1"]
    atheris.Setup([name, str(corpus), *words], check)
    atheris.Fuzz()


def _seeded(name: str) -> Path:
    """The folder of inputs that reach something, which begins with the seeds."""
    from channels.email import fuzzing

    corpus = FOUND / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(fuzzing.SEEDS[name]):
        (corpus / f"seed-{number:03}").write_bytes(seed[:INPUT_BYTES_MAX])
    return corpus


def _blind(name: str, seconds: int) -> None:
    """At random, the same inputs for the same second of beginning."""
    _names_here()
    from channels.email import fuzzing, mutations

    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    signal.signal(signal.SIGALRM, _too_slow)
    chance, tried, until = random.Random(int(time.time())), 0, time.monotonic() + seconds  # noqa: S311
    while time.monotonic() < until:
        raw = chance.choice(fuzzing.SEEDS[name])
        for _ in range(chance.randint(1, 8)):
            raw = chance.choice(mutations.DAMAGES)(raw, chance) or b"\0"
        signal.alarm(SECONDS_MAX)
        try:
            fuzzing.CHECKS[name](raw[:INPUT_BYTES_MAX])
        except BaseException:
            _keep(name, raw)
            raise
        signal.alarm(0)
        tried += 1
    print(f"{name}: {tried} inputs, all held", flush=True)


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"longer than {SECONDS_MAX} s")


def _keep(name: str, raw: bytes) -> None:
    (FOUND / name).mkdir(parents=True, exist_ok=True)
    path = FOUND / name / f"crash-{int(time.time())}"
    path.write_bytes(raw)
    print(f"kept in {path}", flush=True)


def _again(path: Path) -> int:
    """What it broke is raised, with the way there."""
    _names_here()
    from channels.email import fuzzing

    fuzzing.CHECKS[path.resolve().parent.name](path.read_bytes())
    print("held")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python3 -m launch COMMAND`: makes the virtual environment if need be, enters it, runs the command."""

# Only the standard library, and nothing newer than Python 3.8 in this file and launch/environment.py:
# an old python3 must get as far as a clear message.
import os
import sys

OLDEST = (3, 11)
# command -> (which lock it needs, what it does)
COMMANDS = {
    "run": ("demo", "start PostgreSQL, the API and its worker with demo data; PORT chooses the port"),
    "reset": ("demo", "delete the demo database; the next run starts over"),
    "backup": ("demo", "write the database and the uploads into a folder; further words name it"),
    "restore": ("demo", "put a backup into an empty database and prove it, row by row; say which"),
    "postgres": ("demo", "only the demo's PostgreSQL; --print-url prints its DATABASE_URL and leaves it running"),
    "test": ("dev", "run the tests; further words go to pytest"),
    "stateful": ("dev", "tests/stateful for minutes; STATEFUL_EXAMPLES and STATEFUL_STEPS say how many"),
    "lint": ("dev", "every static check"),
    "browser": ("dev", "the tests of /docs in a headless Chromium, which is installed if need be"),
    "contract": ("contract", "the API description, linters, generated clients, and those against a live server"),
    "contract-full": ("contract", "the same, and clients in Kotlin, Swift and Dart"),
    "clients": ("contract", "leave a ready TypeScript client in build/typescript-client/"),
    "bench": ("dev", "measure search and booking beside plain SQL; --quick for a first look"),
    "fuzz": ("dev", "call every operation 100,000 times with what nobody expects; FUZZ_CASES, FUZZ_SEED"),
    "spec": ("dev", "write docs/openapi/v1.yaml anew"),
    "examples": ("dev", "record examples that are missing or stale; further words go to pytest"),
    "requirements": ("dev", "compile requirements/*.txt from *.in (fetches uv into .evergreen/)"),
}


def main() -> int:
    """Run the command named on the command line; the exit status."""
    name, *words = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        print("usage: make COMMAND, or python3 -m launch COMMAND\n")
        for command, (_, purpose) in COMMANDS.items():
            print(f"  {command:<13} {purpose}")
        return 0 if name in ("help", "-h", "--help") else 2
    if sys.version_info < OLDEST:
        return use_newer_python()
    from launch import environment
    from launch.place import LaunchError

    try:
        environment.enter(COMMANDS[name][0])
        return int(environment.command(name)(words) or 0)
    except LaunchError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def use_newer_python() -> int:
    """Hand over to a newer Python of this machine, or say that there is none."""
    import shutil

    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, "-m", "launch", *sys.argv[1:]])
    have = ".".join(str(part) for part in sys.version_info[:3])
    print(f"Evergreen needs Python 3.11 or newer; this is Python {have} and no newer one is on PATH.")
    return 1


if __name__ == "__main__":
    sys.exit(main())

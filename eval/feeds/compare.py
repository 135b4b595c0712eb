"""compare.py SCORES.json FOLDER: prints the figures of a run beside the recorded ones and fails when
one is below its floor."""
import json
import os
import re
import sys


def main():
    recorded, folder = sys.argv[1:3]

    def load(name):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()

    def share(name):
        score = json.loads(load(name))
        outside = [g for group, g in score["groups"].items() if group != "sanitize"]
        passed, total = sum(g[0] for g in outside), sum(g[1] for g in outside)
        return passed, total, score["sanitize_no_active"]

    core_passed, core_total, safe = share("core.json")
    all_passed, all_total, _ = share("all.json")
    text = json.loads(load("text.json"))
    right, feeds = map(int, re.search(r"(\d+) of (\d+) feeds", load("counts.txt")).groups())
    now = {
        "core": round(core_passed / core_total, 4),
        "all": round(all_passed / all_total, 4),
        "sanitize_no_active": round(safe[0] / safe[1], 4),
        "sanitize_text_kept": round(text["kept"] / text["total"], 4),
        "real_feeds": round(right / feeds, 4),
    }
    with open(recorded, encoding="utf-8") as file:
        scores = json.load(file)
    failed = False
    for name, value in now.items():
        floor, before = scores["floors"][name], scores["recorded"][name]
        failed |= value < floor
        mark = "BELOW FLOOR" if value < floor else ""
        print(f"{name:20} {value:.4f}  recorded {before:.4f}  floor {floor:.4f}  {mark}")
    sys.exit(failed)


if __name__ == "__main__":
    main()

"""text_kept.py CASES.jsonl PREDICTIONS.jsonl SCORER_FOLDER: prints the share of cases in the group
`sanitize` whose harmless text is still there, as JSON."""
import json
import sys


def main():
    cases, predictions, scorer = sys.argv[1:4]
    sys.path.insert(0, scorer)
    import score_feeds

    def text(html):
        words = " ".join(token[1] for token in score_feeds.toks(html or "") if token[0] == "T")
        return " ".join(words.split())

    read = {}
    for line in open(predictions, encoding="utf-8"):
        document = json.loads(line)
        read[document["id"]] = document
    kept = total = 0
    for line in open(cases, encoding="utf-8"):
        case = json.loads(line)
        expected = [e for e in case["expect"] if e["kind"] == "html"]
        if case["group"] != "sanitize" or not expected:
            continue
        total += 1
        document = read.get(case["id"], {})
        kept += all(text(e["value"]) in text(score_feeds.get(document, e["path"])) for e in expected)
    print(json.dumps({"kept": kept, "total": total}))


if __name__ == "__main__":
    main()

"""Keep the customers whose row is complete."""

from pathlib import Path


def main() -> None:
    """Run the stage."""
    lines = Path("data/raw/customers.csv").read_text(encoding="utf-8").splitlines()
    width = lines[0].count(",")
    Path("data/processed").mkdir(parents=True, exist_ok=True)
    kept = [line for line in lines if line.count(",") == width]
    Path("data/processed/customers.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

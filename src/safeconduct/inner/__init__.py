"""The wing that stands in the headquarters and is never reachable from the internet."""

"""Views of plans and runs: text and HTML. They read records and write words; they compute nothing."""

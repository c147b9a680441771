"""Problems: what keeps a design from working, or from working well, and what mends it; one file a family of checks."""

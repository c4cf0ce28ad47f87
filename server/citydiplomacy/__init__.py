"""City Diplomacy: a linked-data repository with a passage behind every triple."""

"""The page on which pictures are dropped and recognised."""

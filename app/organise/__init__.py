"""Pictures of a run into folders, and back; keywords beside them."""

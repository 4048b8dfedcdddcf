"""Values in, a drawing out: charts laid out as plain shapes, for the screen, PNG and SVG. No Qt."""

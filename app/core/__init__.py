"""What every room stands on: values, errors, texts, settings, files, threads and child processes."""

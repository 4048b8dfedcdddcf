"""Tests of pictures that are put into folders."""

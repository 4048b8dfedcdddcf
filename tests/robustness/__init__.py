"""Batch runs against kills, full and broken disks, hostile decoders and odd folders."""

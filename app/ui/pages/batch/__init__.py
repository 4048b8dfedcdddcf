"""The batch page: folders in, lists that can be searched, sorted and exported out."""

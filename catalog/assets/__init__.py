"""Register of data assets: the asset, its revisions, origin and rights."""

"""HTTP for every app: operations in, problems out. The only place in the kernel that knows status numbers."""

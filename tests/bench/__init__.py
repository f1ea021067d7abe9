"""Speed and size of the portal beside the floor application, in one run (`make bench`)."""

"""Launch metrics, idle times, top kernels, launch tax, bound class."""

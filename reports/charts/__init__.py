"""Charts, one a file: matplotlib figures turned into small inline SVG that follows the colour scheme.

The style: time runs left to right from the instant when the load began; every axis names its unit; phases
are a strip above the plot, faults are shaded and numbered as in the text (pale while one is going in or
out, stronger while it counts); a thing has the same colour everywhere; no frame, no decoration.
"""

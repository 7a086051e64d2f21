from .compression import plot_compression as plot_compression
from .hasse import plot_gallery as plot_gallery
from .hasse import plot_poset as plot_poset
from .hasse import plot_upsets as plot_upsets
from .histograms import plot_histograms as plot_histograms
from .lattice import plot_embedding as plot_embedding
from .lattice import plot_family as plot_family

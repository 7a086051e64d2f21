from .curves import plot_curve as plot_curve
from .euclidean import plot_flattened as plot_flattened
from .partitions import plot_embedding as plot_embedding
from .partitions import plot_treemap as plot_treemap

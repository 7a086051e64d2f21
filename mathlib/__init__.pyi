from . import certificates as certificates
from . import dpp as dpp
from . import errors as errors
from . import graphs as graphs
from . import jl as jl
from . import metrics as metrics
from . import packing as packing
from . import plotting as plotting
from . import posets as posets
from . import sensitivity as sensitivity
from .claims import Claim as Claim
from .claims import claim as claim
from .records import Record as Record
from .records import record as record

__version__: str

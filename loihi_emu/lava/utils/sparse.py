"""Where a sparse matrix has values: `find(matrix, explicit_zeros=True)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__, "find")


def find(mat: Any, explicit_zeros: bool = False) -> tuple[Any, Any, Any]:
    """Rows, columns and values of a sparse matrix, row by row.

    Parameters
    ----------
    mat : scipy sparse matrix
    explicit_zeros : bool
        List stored zeros as well.

    Returns
    -------
    tuple of array
        Rows, columns, values.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> rows, columns, values = find(csr_matrix([[0, 5], [6, 0]]))
    >>> rows.tolist(), columns.tolist(), values.tolist()
    ([0, 1], [1, 0], [5, 6])
    """
    found = mat.tocsr(copy=True)
    found.sum_duplicates()
    listed = found.tocoo()
    kept = np.ones(listed.data.size, bool) if explicit_zeros else listed.data != 0
    return listed.row[kept], listed.col[kept], listed.data[kept]

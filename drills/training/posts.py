"""Names of posts as they are compared: how one is written makes no other post."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from drills.training.shipped import post_names

_SUFFIX: Final = re.compile(r"(?<=.)(?:[(\[【〔][^()\[\]【】〔〕]*[)\]】〕])+$")
_MANY: Final = 4096


@lru_cache(maxsize=_MANY)
def plain_post(name: str) -> str:
    """A post without spaces, full-width letters, case, and what stands in brackets at its end."""
    found = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    return _SUFFIX.sub("", found)


@lru_cache(maxsize=_MANY)
def plain_posts(*names: str) -> frozenset[str]:
    """The names of one post, in Chinese and in English, as far as it has them."""
    return frozenset(plain for name in names if (plain := plain_post(name)))


@lru_cache(maxsize=_MANY)
def posts_meant(name: str) -> frozenset[str]:
    """What a requirement of a post by that name binds; of a shipped one in either language."""
    found = plain_posts(name)
    for both in post_names().items():
        found |= plain_posts(*both) if found & plain_posts(*both) else frozenset()
    return found

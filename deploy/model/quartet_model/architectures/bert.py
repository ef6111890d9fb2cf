"""BERT: MiniLM, bge, e5, gte. Its names are the ones that all others are mapped to."""

from quartet_model.architectures.architecture import Architecture

BERT = Architecture(
    model_type="bert",
    prefix="bert.",
    required={"position_embedding_type": "absolute"},
)

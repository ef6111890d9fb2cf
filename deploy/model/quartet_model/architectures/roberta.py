"""RoBERTa and XLM-RoBERTa: BERT's encoder and names, with positions that begin after the padding's.

Multilingual e5-base is one; the smaller multilingual models have RoBERTa's tokenizer, but are BERT.
"""

from dataclasses import replace

from quartet_model.architectures.architecture import Architecture

ROBERTA = Architecture(
    model_type="roberta",
    prefix="roberta.",
    required={"position_embedding_type": "absolute"},
    defaults={"pad_token_id": 1},
    positions_skip_padding=True,
)
XLM_ROBERTA = replace(ROBERTA, model_type="xlm-roberta")

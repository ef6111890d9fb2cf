"""The API that teams replace with Quartet: Flask in front of sentence-transformers."""

import os
from typing import Any

import torch
from flask import Flask, jsonify, request
from sentence_transformers import SentenceTransformer

torch.set_num_threads(2)
model = SentenceTransformer(os.environ["SEED_MODEL_FOLDER"], device="cpu")
app = Flask(__name__)


@app.get("/health")
def health() -> Any:
    return jsonify(status="ok")


@app.post("/embed")
def embed() -> Any:
    vectors = model.encode(request.get_json()["texts"], show_progress_bar=False)
    return jsonify(embeddings=vectors.tolist())

"""Streamlit parts without domain."""

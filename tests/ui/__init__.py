"""Tests of the Streamlit parts without domain."""

"""Streamlit pages of drills."""
